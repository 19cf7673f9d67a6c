import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { makeOpenFolder } from '../packages/server/test/support/folders.ts';
import { startEmbeddedPostgres } from '../packages/server/src/database/embedded/supervisor.ts';
import { findFreePort, THATCH } from '../packages/server/test/support/server-process.ts';
import type { Bench, Figure } from './bench.ts';

/** From the spawn of Node to the first answer of `/health`. */
export const start: Bench = {
  name: 'start',
  about: 'from the spawn of Node to the first answer of /health, on an empty folder and on one that was used',
  run,
};

const LATER_STARTS = 7;
const CLONE = join(import.meta.dirname, '..');
/** How often the port is tried: what a figure may be too high by. */
const TRY_MS = 2;

async function run(report: (figure: Figure) => void): Promise<void> {
  const parent = makeOpenFolder('thatch-bench-');
  try {
    const dataFolder = join(parent, 'data');
    const serve = (port: number) => [process.execPath, THATCH, 'serve', ...placeOf(port, dataFolder)];
    const npmStart = (port: number) => ['npm', 'start', '--', ...placeOf(port, dataFolder)];

    const first = await timeStart(serve);
    report({ name: 'first start, empty folder', value: first.healthy, unit: 'ms', target: atMost(5000) });
    report({ name: 'first start, listening', value: first.listening, unit: 'ms', target: atMost(1000) });
    const later = await fastest(() => timeStart(serve));
    const database = await timePostgres(dataFolder);
    report({ name: 'later start', value: later.healthy, unit: 'ms', target: atMost(2000) });
    report({ name: 'later start, listening', value: later.listening, unit: 'ms', target: atMost(1000) });
    report({ name: 'Postgres alone, same folder', value: database, unit: 'ms' });
    report({ name: 'later start less Postgres', value: later.healthy - database, unit: 'ms', target: atMost(500) });
    const byNpm = await fastest(() => timeStart(npmStart));
    report({ name: 'later start by npm start', value: byNpm.healthy, unit: 'ms', target: atMost(2000) });
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function placeOf(port: number, dataFolder: string): string[] {
  return ['--host', '127.0.0.1', '--port', String(port), '--data-dir', dataFolder, '--log-format', 'json'];
}

function atMost(milliseconds: number): { readonly of: 'value'; readonly atMost: number } {
  return { of: 'value', atMost: milliseconds };
}

/** Milliseconds since the spawn. */
interface StartTimes {
  readonly listening: number;
  readonly healthy: number;
}

/** Whatever else the machine does only adds. */
async function fastest(once: () => Promise<StartTimes>): Promise<StartTimes> {
  const runs: StartTimes[] = [];
  for (let run = 0; run < LATER_STARTS; run++) runs.push(await once());
  return runs.toSorted((left, right) => left.healthy - right.healthy)[0];
}

async function timeStart(commandOn: (port: number) => string[]): Promise<StartTimes> {
  const port = await findFreePort();
  const [program, ...words] = commandOn(port);
  const startedAt = performance.now();
  const child = spawn(program, words, { cwd: CLONE, stdio: 'ignore' });
  const ended = once(child, 'exit');
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!(await accepts(port))) {
    if (isOver) throw new Error(`${program} ${words.join(' ')} ended before it listened`);
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  const listening = performance.now() - startedAt;
  const status = await ask(port);
  const healthy = performance.now() - startedAt;
  if (status !== 200) throw new Error(`/health answered ${status}`);
  child.kill('SIGINT');
  await ended;
  return { listening, healthy };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function ask(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path: '/health' }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    asking.once('error', reject).end();
  });
}

/** Postgres on the cluster of a folder, from its spawn until it takes connections. */
async function timePostgres(dataFolder: string): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < LATER_STARTS; run++) {
    const startedAt = performance.now();
    const started = await startEmbeddedPostgres({ dataFolder, log: { info: () => {}, warn: () => {} } });
    best = Math.min(best, performance.now() - startedAt);
    if (started.kind === 'refused') throw new Error(started.refusal.sentence);
    await started.value.stop();
  }
  return best;
}
