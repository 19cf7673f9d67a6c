import { flushCompileCache } from 'node:module';
import type { App, Foundation } from './app.ts';
import type { UploaderSource } from './http/cli.ts';
import type { Listener } from './http/listener.ts';
import { listen } from './http/listener.ts';
import type { RoutePlugin } from './http/server.ts';
import { makeStatus } from './http/status.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Outcome, Refused } from './outcome.ts';
import { formatRefusal, refused } from './outcome.ts';
import type { ServeOptions } from './serve-settings.ts';
import { watchLauncher, watchSignals } from './signals.ts';

/** What a server is made of besides its settings; tests put in their own. */
export interface House {
  /** Furnishes the rooms: objects, jobs, pipeline. */
  readonly createApp: (foundation: Foundation) => Promise<Outcome<App>>;
  readonly plugins: readonly RoutePlugin<App>[];
}

/** As a shell reports a process that SIGTERM ended: the status of a server that was cut (deployment §8). */
const EXIT_CUT = 143;

/**
 * Runs the whole of Thatch in one process until it is told to stop, and gives the exit status: 0 after a clean end, 143 when running
 * requests had to be cut. The socket opens first and requests wait; then data folder, database, schema and rooms, in this order; all
 * stops in the opposite order (deployment §8).
 *
 * @param loadHouse called when the socket is open, so that what it loads does not delay that
 */
export async function serve(
  settings: ServeOptions,
  loadHouse: () => Promise<House> = () => loadOwnHouse(),
): Promise<number> {
  const startedAt = performance.now();
  const lifecycle = new Lifecycle();
  const stopAsked = new AbortController();
  watchSignals({
    onStop: () => stopAsked.abort(),
    onCut: () => {
      lifecycle.cut();
      process.exit(EXIT_CUT);
    },
  });
  lifecycle.started(
    'watch over the launcher',
    watchLauncher(() => stopAsked.abort()),
  );
  const status = makeStatus(() => lifecycle.phase);
  lifecycle.started('status', status.close);

  const listener = await listen({ ...settings, status });
  if (listener.kind === 'refused') return refuse(await nameHolder(listener, settings.dataDir));

  // Everything else is loaded now: a few hundred modules.
  const { announce, start } = await import('./start.ts');
  const run = { settings, lifecycle, status, listener: listener.value, loadHouse, signal: stopAsked.signal };
  const started = await start(run).catch(async (error: unknown) => {
    // A fault of ours: the report of it should not leave a database running.
    listener.value.cut();
    await lifecycle.stop();
    throw error;
  });
  if (started.kind !== 'ok') {
    listener.value.cut();
    await lifecycle.stop();
    return started.kind === 'refused' ? refuse(started) : 0;
  }
  lifecycle.phase = 'ready';
  announce(run, started.value, performance.now() - startedAt);
  flushCompileCache();

  await aborted(stopAsked.signal);
  started.value.log.info('stopping: running requests may finish');
  const whole = await drain(settings, lifecycle, listener.value);
  await lifecycle.stop((part, error) => started.value.log.error({ err: error, part }, 'a part did not stop cleanly'));
  started.value.log.info('stopped');
  return whole ? 0 : EXIT_CUT;
}

// Most often it is the same Thatch that has the port: then the process to stop can be named.
async function nameHolder(taken: Refused, dataDir: string): Promise<Refused> {
  const { findHolder } = await import('./datadir/data-folder.ts');
  const holder = findHolder(dataDir);
  if (holder === null) return taken;
  const { sentence, fix, exitStatus } = taken.refusal;
  return refused(
    `${sentence}; a Thatch server with process number ${holder} uses the data folder ${dataDir}`,
    `If that is the one in the way: kill ${holder}. ${fix}`,
    exitStatus,
  );
}

async function drain(settings: ServeOptions, lifecycle: Lifecycle, listener: Listener): Promise<boolean> {
  lifecycle.phase = 'draining';
  // Balancers are told by the probes, and need this time to notice.
  if (settings.drainDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.drainDelayMs));
  return listener.drain(settings.shutdownTimeoutMs);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function refuse({ refusal }: Refused): number {
  process.stderr.write(formatRefusal(refusal));
  return refusal.exitStatus;
}

/**
 * The house of `thatch serve`.
 *
 * @param uploader makes the file behind `GET /cli/thatch.mjs`; the command line has it, the server knows nothing of it
 */
export async function loadOwnHouse(uploader?: UploaderSource): Promise<House> {
  const [{ createApp }, { ROUTES }, { uploaderRoutes }] = await Promise.all([
    import('./app.ts'),
    import('./http/routes.ts'),
    import('./http/cli.ts'),
  ]);
  return { createApp, plugins: uploader === undefined ? ROUTES : [...ROUTES, uploaderRoutes(uploader)] };
}
