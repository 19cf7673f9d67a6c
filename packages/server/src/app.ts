import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAdminFromEnvironment } from './administration/accounts.ts';
import { createOidcVerifier } from './auth/oidc.ts';
import { deriveTokenSecrets, type TokenSecrets } from './auth/token-hash.ts';
import { createUploadAuthorizer, type UploadAuthorizer } from './auth/upload-authorization.ts';
import { type ApiAuthenticator, createApiAuthenticator, SHORTEST_SUPER_TOKEN } from './auth/api-principal.ts';
import { type FirstRunLink, makeFirstRunLink, SHORTEST_FIRST_RUN_SECRET } from './auth/first-run-link.ts';
import { Sessions } from './auth/sessions.ts';
import { SignInTries } from './auth/sign-in-tries.ts';
import type { Config } from './config/config.ts';
import type { DatabaseConnection } from './database/connection.ts';
import type { DataFolder } from './datadir/data-folder.ts';
import { DemoLoader } from './demo/demo-loader.ts';
import { EventJournal } from './events/journal.ts';
import type { ServerStatus } from './http/status.ts';
import { InstanceAddress } from './instance-address.ts';
import type { Jobs, JobsProblem } from './jobs/jobs.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Objects } from './objects/objects.ts';
import { openFilesystemObjects } from './objects/filesystem.ts';
import type { Log } from './observability/log.ts';
import type { Outcome } from './outcome.ts';
import { ok } from './outcome.ts';
import { Pages } from './pages/pages.ts';
import { findInterface } from './pages/sources.ts';
import { startPipeline } from './pipeline/start.ts';
import type { ServeSettings } from './serve-settings.ts';
import { startWorkers, type Workers } from './workers/pool.ts';

/** What is there when the rooms are furnished: an open data folder, a migrated database, a socket whose requests still wait. */
export interface Foundation {
  readonly settings: ServeSettings;
  readonly config: Config;
  readonly log: Log;
  /** A part that starts something registers here how it stops. */
  readonly lifecycle: Lifecycle;
  readonly status: ServerStatus;
  readonly dataFolder: DataFolder;
  readonly database: DatabaseConnection;
}

/** What routes and workers are given. One object, made in one place, passed on as an argument. */
export interface App extends Foundation {
  readonly objects: Objects;
  readonly jobs: Jobs;
  readonly events: EventJournal;
  readonly workers: Workers;
  /** Who may upload (upload-protocol §2). */
  readonly authorize: UploadAuthorizer;
  /** Who calls the REST API (public-api §1.2). */
  readonly authenticate: ApiAuthenticator;
  /** People who signed in to the pages. */
  readonly sessions: Sessions;
  /** Failed tries to sign in. */
  readonly signInTries: SignInTries;
  /** What the first run needs (web-ui §3.1). */
  readonly firstRun: { readonly link: FirstRunLink; readonly demo: DemoLoader };
  /** Where people reach the installation, as they said it. */
  readonly address: InstanceAddress;
  /** The interface in the browser. */
  readonly pages: Pages;
  /** Hashes and seals tokens. */
  readonly tokenSecrets: TokenSecrets;
  /** Folder for files that may vanish at any restart. */
  readonly scratch: string;
}

/** Running jobs may finish within this time when the server stops; then their leases let others take them. */
const JOBS_GRACE_MS = 20_000;

/** Furnishes the rooms: objects, events, worker threads, queues, and the pipeline that works on them. */
export async function createApp(foundation: Foundation): Promise<Outcome<App>> {
  const { config, database, dataFolder, lifecycle, log } = foundation;
  const admin = await ensureAdminFromEnvironment(database.kysely, process.env);
  if (admin.kind === 'refused') return admin;
  if (admin.value === 'made') log.info('made the account admin with the password of THATCH_ADMIN_PASSWORD');
  const objects = await openFilesystemObjects(join(dataFolder.path, 'objects'));
  const scratch = emptyFolder(join(dataFolder.path, 'scratch'));
  const events = new EventJournal(database.kysely, database.pool, log);
  await events.start();
  lifecycle.started('events', () => events.close());
  const workers = startWorkers(config.worker.concurrency);
  lifecycle.started('workers', () => workers.close());
  const { openJobs } = await import('./jobs/bullmq.ts');
  const jobs = await openJobs({
    store:
      config.services.redisUrl === null
        ? { kind: 'postgres', connection: database.config }
        : { kind: 'redis', url: config.services.redisUrl },
    leaseMs: config.worker.leaseSeconds * 1000,
    pollMs: config.worker.pollSeconds * 1000,
    onProblem: (problem) => log.warn(loggable(problem), 'a job or its queue had a problem'),
  });
  lifecycle.started('jobs', () => jobs.close(JOBS_GRACE_MS));
  const pages = new Pages({
    log,
    spare: join(dataFolder.path, 'interface'),
    find: () => findInterface(config.web.interfaceFolder),
  });
  lifecycle.started('pages', () => pages.close());
  const superToken = process.env['SUPER_API_TOKEN'] ?? null;
  if (superToken !== null && superToken !== '' && superToken.length < SHORTEST_SUPER_TOKEN) {
    log.warn(
      `SUPER_API_TOKEN opens everything and is shorter than ${SHORTEST_SUPER_TOKEN} characters; make a longer one`,
    );
  }
  const link = makeFirstRunLink(dataFolder.secrets.signing_key);
  if (link.secret.length < SHORTEST_FIRST_RUN_SECRET) {
    log.warn(
      `THATCH_SETUP_TOKEN makes the first administrator and is shorter than ${SHORTEST_FIRST_RUN_SECRET} characters; make a longer one`,
    );
  }
  const tokenSecrets = deriveTokenSecrets({
    tokenHashKey: dataFolder.secrets.token_hash_key,
    encryptionSecret: dataFolder.secrets.encryption_secret,
  });
  const address = new InstanceAddress(database.kysely);
  await address.start();
  lifecycle.started('address', () => address.close());
  const demo = new DemoLoader({ database: database.kysely, secrets: tokenSecrets, log });
  lifecycle.started('demo', () => demo.close());
  const adminNames = config.setup.admins.map(({ username }) => username);
  const app: App = {
    ...foundation,
    objects,
    events,
    workers,
    jobs,
    scratch,
    pages,
    tokenSecrets,
    address,
    authorize: makeAuthorizer(foundation, tokenSecrets),
    sessions: new Sessions({
      database: database.kysely,
      secrets: tokenSecrets,
      ...config.sessions,
      adminNames,
    }),
    signInTries: new SignInTries(),
    firstRun: { link, demo },
    authenticate: createApiAuthenticator({
      database: database.kysely,
      secrets: tokenSecrets,
      superToken,
      adminNames,
    }),
  };
  startPipeline(app);
  return ok(app);
}

// The log writes only the words of what stands under `err`: an error of the driver carries its whole connection.
function loggable(problem: JobsProblem): object {
  if (problem.kind === 'job_unreadable') return problem;
  const { error: err, ...rest } = problem;
  return { ...rest, err };
}

function makeAuthorizer({ config, database }: Foundation, secrets: TokenSecrets): UploadAuthorizer {
  const { codecovUrl, codecovApiUrl } = config.setup;
  return createUploadAuthorizer({
    database: database.kysely,
    secrets,
    globalTokens: config.globalTokens,
    createRepositories: config.uploads.createRepositories,
    tokenless: config.uploads.tokenless,
    oidc: createOidcVerifier({
      issuers: config.uploads.oidc,
      ownAddresses: [codecovUrl, codecovApiUrl].filter((address) => address !== null),
      clock: Date.now,
    }),
  });
}

/** Whatever an earlier process left there is of no use to anybody. */
function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
