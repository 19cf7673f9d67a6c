import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Log } from '../observability/log.ts';
import { readBuilt, type BuiltInterface } from './built.ts';
import type { InterfaceBuild, InterfaceSources } from './sources.ts';

/** Whether there are pages to show. */
export type PagesState =
  | { readonly kind: 'ready'; readonly built: BuiltInterface }
  | { readonly kind: 'building' }
  /** There are none, with a sentence for the operator. */
  | { readonly kind: 'absent'; readonly reason: string };

export interface PagesOptions {
  readonly log: Log;
  /** Where a build goes when the clone cannot be written. */
  readonly spare: string;
  /** Where the interface is; null when the installation has none. */
  readonly find: () => InterfaceSources | null;
}

/**
 * The built interface. It is built in a process of its own when it is missing or older than its sources; uploads and the API serve
 * meanwhile. A release brings it built.
 */
export class Pages {
  private readonly options: PagesOptions;
  private current: PagesState = { kind: 'absent', reason: 'The interface was not built yet.' };
  private child: ChildProcess | null = null;
  private isClosed = false;

  constructor(options: PagesOptions) {
    this.options = options;
  }

  get state(): PagesState {
    return this.current;
  }

  /** Tells this build from every other; empty while there is none. */
  get build(): string {
    return this.current.kind === 'ready' ? this.current.built.build : '';
  }

  /** Reads the interface that is there, or builds it. Comes back when pages can be shown, or cannot be. */
  async prepare(): Promise<void> {
    const sources = this.options.find();
    if (sources === null) {
      this.current = { kind: 'absent', reason: 'This installation has no interface.' };
      return;
    }
    const known = await this.read(sources.dist, sources.build?.key ?? null);
    if (known !== null) {
      this.current = { kind: 'ready', built: known };
      return;
    }
    if (sources.build !== null) {
      await this.make(sources.dist, sources.build);
      return;
    }
    const reason = `There is no built interface in ${sources.dist}.`;
    this.current = { kind: 'absent', reason };
    this.options.log.error({ reason }, 'there are no pages to show');
  }

  /** Ends a build that runs. */
  close(): void {
    this.isClosed = true;
    this.child?.kill();
  }

  private async read(dist: string, key: string | null): Promise<BuiltInterface | null> {
    return (await this.readFrom(dist, key)) ?? (await this.readFrom(this.options.spare, key));
  }

  /** What is incomplete, or is being replaced by another server's build at this moment, counts as none. */
  private async readFrom(folder: string, key: string | null): Promise<BuiltInterface | null> {
    try {
      return await readBuilt(folder, key);
    } catch (error) {
      this.options.log.warn({ err: error, folder }, 'a built interface could not be read');
      return null;
    }
  }

  private async make(dist: string, build: InterfaceBuild): Promise<void> {
    const { log, spare } = this.options;
    this.current = { kind: 'building' };
    const startedAt = performance.now();
    log.info('building the interface; reports are taken meanwhile');
    const folder = (await isWritable(dirname(dist))) ? dist : spare;
    const failure = await this.run(build, folder);
    if (this.isClosed) return;
    // Another server of the same clone may have built newer sources since: those do as well.
    const built = failure === null ? ((await this.read(dist, build.key)) ?? (await this.readFrom(folder, null))) : null;
    if (built === null) {
      const reason = failure ?? 'The build left nothing behind.';
      this.current = { kind: 'absent', reason };
      log.error({ reason }, 'the interface could not be built: npm run build -w packages/web shows why');
      return;
    }
    this.current = { kind: 'ready', built };
    log.info({ duration_ms: Math.round(performance.now() - startedAt) }, 'the interface is built');
  }

  /** Runs the build; null when it went well, else why it did not. */
  private run({ folder, key }: InterfaceBuild, out: string): Promise<string | null> {
    const { log } = this.options;
    const child = spawn(process.execPath, [join(folder, 'build.ts'), '--key', key, '--out', out], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environmentOfBuild(process.env), NODE_ENV: 'production' },
    });
    this.child = child;
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (written) => {
        const line = stripVTControlCharacters(written).trimEnd();
        if (line === '') return;
        said.push(line);
        log.info({ part: 'interface' }, line);
      });
    }
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (status) => {
        this.child = null;
        resolve(status === 0 ? null : reasonIn(said, status));
      });
    });
  }
}

/** What a build needs to run. Passwords and tokens of the server are none of its business: it runs packages of others. */
const BUILD_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'NODE_OPTIONS'];

function environmentOfBuild(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(BUILD_VARIABLES.map((name) => [name, environment[name]]));
}

/** The line of a build that says what is wrong, among those that show where. */
function reasonIn(said: readonly string[], status: number | null): string {
  return (
    said.find((line) => /^\[[A-Z_]+\]/.test(line)) ??
    said.find((line) => /error/i.test(line)) ??
    said.at(-1) ??
    `The build ended with status ${status}.`
  );
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
