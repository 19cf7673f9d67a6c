import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the interface lies, and what it is built from. */
export interface InterfaceSources {
  /** The folder of `packages/web`. */
  readonly folder: string;
  /** Hash of the sources and of the versions of everything they use; null in a release, which has no sources. */
  readonly key: string | null;
}

/** Finds the interface beside the server. Null when it was left out of the installation. */
export function findInterface(): InterfaceSources | null {
  let manifest: string;
  try {
    manifest = fileURLToPath(import.meta.resolve('@thatch/web/package.json'));
  } catch {
    return null;
  }
  const folder = dirname(manifest);
  return existsSync(folder) ? { folder, key: keyOf(folder) } : null;
}

/** Everything a build reads. The types of the API vanish in it, so they do not count. */
const SOURCES = ['src', 'public', 'index.html', 'build.ts', 'vite.config.ts', 'package.json'];

function keyOf(folder: string): string | null {
  if (!existsSync(join(folder, 'src'))) return null;
  const hash = createHash('sha256');
  for (const source of SOURCES) addTo(hash, join(folder, source), source);
  const lock = join(folder, '../../package-lock.json');
  if (existsSync(lock)) hash.update(readFileSync(lock));
  return hash.digest('hex');
}

function addTo(hash: ReturnType<typeof createHash>, path: string, name: string): void {
  if (!existsSync(path)) return;
  const entries = listOrNull(path);
  if (entries === null) {
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0');
    return;
  }
  for (const entry of entries.toSorted()) {
    if (!entry.includes('.test.')) addTo(hash, join(path, entry), `${name}/${entry}`);
  }
}

function listOrNull(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}
