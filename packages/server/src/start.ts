import { join, relative } from 'node:path';
import type { FirstRunLink } from './auth/first-run-link.ts';
import { formatNotice } from './config/problem.ts';
import { openDataFolder } from './datadir/data-folder.ts';
import type { DataFolder } from './datadir/data-folder.ts';
import type { FolderFormat } from './datadir/format.ts';
import { workspaceRoot } from './datadir/location.ts';
import type { DatabaseConnection } from './database/connection.ts';
import { isAnyUser } from './database/queries/first-run.ts';
import { migrate } from './database/migrate.ts';
import { MIGRATIONS } from './database/migrations/index.ts';
import { openDatabase } from './database/open.ts';
import type { Listener } from './http/listener.ts';
import { prefixOf } from './http/prefix.ts';
import { buildHttp } from './http/server.ts';
import type { ServerStatus } from './http/status.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { House } from './main.ts';
import type { Log } from './observability/log.ts';
import { makeLog } from './observability/log.ts';
import type { Outcome, Refused } from './outcome.ts';
import { ok } from './outcome.ts';
import { PROGRAM_FORMAT } from './program-format.ts';
import type { ServeOptions } from './serve-settings.ts';
import { PROGRAM_VERSION } from './version.ts';

/** What a start works with. */
export interface Run {
  readonly settings: ServeOptions;
  readonly lifecycle: Lifecycle;
  readonly status: ServerStatus;
  readonly listener: Listener;
  readonly loadHouse: () => Promise<House>;
  /** Aborted when the process is told to stop, also in the middle of the start. */
  readonly signal: AbortSignal;
}

/** A server that is up. */
export interface Started {
  readonly log: Log;
  readonly dataFolder: DataFolder;
  /** What is said of the first run while nobody has an account; null afterwards. */
  readonly firstRun: FirstRunLink | null;
}

type StartOutcome = Outcome<Started> | { readonly kind: 'interrupted' };

/** Brings up everything behind the open socket, in order, and hands the waiting requests over. Each part registers how it stops. */
export async function start(run: Run): Promise<StartOutcome> {
  const { settings, lifecycle, status, signal } = run;
  const log = await makeLog({ ...settings.log, role: 'serve' });
  tellNotices(settings, log);

  const folder = await openDataFolder(settings.dataDir, PROGRAM_FORMAT);
  if (folder.kind === 'refused') return folder;
  const dataFolder = folder.value;
  lifecycle.started('data folder', dataFolder.close, dataFolder.close);
  if (signal.aborted) return INTERRUPTED;

  const database = await openDatabase({ settings, dataFolder: dataFolder.path, lifecycle, log, signal });
  if (database.kind === 'refused') return database;
  if (signal.aborted) return INTERRUPTED;
  status.watchDatabase(database.value.ping);
  const migrated = await migrateFolder(dataFolder, database.value, log);
  if (migrated !== null) return migrated;
  if (signal.aborted) return INTERRUPTED;

  const house = await run.loadHouse();
  const app = await house.createApp({
    settings,
    config: settings.config,
    log,
    lifecycle,
    status,
    dataFolder,
    database: database.value,
  });
  if (app.kind === 'refused') return app;
  const { http, handle } = await buildHttp({
    listener: run.listener,
    log,
    routes: house.plugins,
    app: app.value,
    trustedProxyDepth: settings.trustedProxyDepth,
    prefix: prefixOf(settings.config.setup.codecovUrl),
  });
  lifecycle.started('http', () => http.close());
  if (signal.aborted) return INTERRUPTED;
  run.listener.open(handle);
  // Not waited for: reports are taken while the interface is built.
  void app.value.pages.prepare();
  const isFirstRun = !(await isAnyUser(database.value.kysely));
  return ok({ log, dataFolder, firstRun: isFirstRun ? app.value.firstRun.link : null });
}

/** Says that the server is up, where, and what to do next: to a person at a terminal in full, to a machine in one line of log. */
export function announce(run: Run, { log, dataFolder, firstRun }: Started, milliseconds: number): void {
  const address = `http://${printableHost(run.listener.host)}:${run.listener.port}`;
  const duration = Math.round(milliseconds);
  const setup = firstRun === null ? null : setupAddress(run.settings.config.setup.codecovUrl ?? address, firstRun);
  if (run.settings.log.format === 'json') {
    log.info({ address, data_folder: dataFolder.path, duration_ms: duration }, 'ready');
    if (setup !== null) log.info({ link: setup }, 'nobody has an account yet: make the administrator with this link');
    return;
  }
  process.stdout.write(`
  Thatch ${PROGRAM_VERSION} is ready at ${address}   (${duration} ms)
  Data folder: ${dataFolder.path}
${setup === null ? '' : `\n  Nobody has an account yet. Make the administrator in a browser:\n    ${setup}\n`}
  Next, from the clone: make a token, then send a report from your repository
    export T=$(npx thatch token create --global${dataFolderOption(dataFolder.path)})
    curl -sSf -H "Authorization: token $T" --data-binary @lcov.info \\
      "${address}/upload/coverage?repo=git/OWNER/NAME&commit=$(git rev-parse HEAD)&branch=main&wait=60"

  Ctrl-C stops it.

`);
}

/** After the `#`, as browsers send that part to nobody: it stands in no log of a proxy. */
function setupAddress(address: string, { from, secret }: FirstRunLink): string {
  return `${address}/setup#${from === 'environment' ? '$THATCH_SETUP_TOKEN' : secret}`;
}

const INTERRUPTED = { kind: 'interrupted' } as const;

// A setting that only has another name is no reason for concern (install-config, verdict M); one that has no effect is.
function tellNotices({ notices }: ServeOptions, log: Log): void {
  for (const notice of notices) {
    const level = notice.code === 'CFG-W01' || notice.code === 'CFG-W04' ? 'info' : 'warn';
    log[level]({ code: notice.code, key: notice.key }, formatNotice(notice));
  }
}

async function migrateFolder(dataFolder: DataFolder, database: DatabaseConnection, log: Log): Promise<Refused | null> {
  const migrated = await migrate(database.kysely, MIGRATIONS);
  if (migrated.kind === 'refused') return migrated;
  const { applied, schema } = migrated.value;
  const state = dataFolder.formatState;
  // Schema 0 was written by a first start that was cut: there was nothing yet to migrate from.
  if (state.kind === 'older' && state.format.schema > 0) {
    log.info(
      { applied },
      `migrated the data folder from ${describe(state.format)} to ${describe({ ...PROGRAM_FORMAT, schema })}`,
    );
  }
  if (state.kind !== 'same' || applied.length > 0) dataFolder.recordFormat({ ...PROGRAM_FORMAT, schema });
  return null;
}

function describe(format: FolderFormat): string {
  return `${format.program} (schema ${format.schema})`;
}

// What listens on every address is reached at this one.
function printableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function dataFolderOption(path: string): string {
  return relative(join(workspaceRoot(), 'data'), path) === '' ? '' : ` --data-dir ${quoteForShell(path)}`;
}

function quoteForShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
