import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { Pages } from '../../../packages/server/src/pages/pages.ts';
import { buildOf } from '../../../packages/server/src/pages/sources.ts';

const SOURCES = join(import.meta.dirname, '../../../packages/web');
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/thatch-interface');
/** Of builds that no run needs any more. */
const KEPT_MS = 3_600_000;

/** Builds the interface of the present sources into a folder that is theirs alone; gives it. Throws with what the build said. */
export async function buildInterface(): Promise<string> {
  const build = buildOf(SOURCES);
  if (build === null) throw new Error('there are no sources of the interface');
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const folder = join(CACHE, build.key.slice(0, 16));
  const said: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => said.push(line) });
  const pages = new Pages({ log, spare: folder, find: () => ({ dist: folder, build }) });
  await pages.prepare();
  if (pages.state.kind !== 'ready') throw new Error(`the interface was not built:\n${said.join('')}`);
  return folder;
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - made > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
