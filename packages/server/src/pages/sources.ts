import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the interface lies, and what it is built from. */
export interface InterfaceSources {
  /** Folder of the built one, whether it is there or not. */
  readonly dist: string;
  /** How to build it; null where it is there as it is: in a release, and where the configuration names a folder. */
  readonly build: InterfaceBuild | null;
}

export interface InterfaceBuild {
  /** The folder of `packages/web`. */
  readonly folder: string;
  /** Hash of the sources and of the versions of everything they use. */
  readonly key: string;
}

/**
 * Finds the interface: in the folder that the configuration names (`thatch.web.interface`), else beside the server. Null when it was left
 * out of the installation.
 */
export function findInterface(configured: string | null): InterfaceSources | null {
  if (configured !== null) return { dist: configured, build: null };
  let manifest: string;
  try {
    manifest = fileURLToPath(import.meta.resolve('@thatch/web/package.json'));
  } catch {
    return null;
  }
  const folder = dirname(manifest);
  return existsSync(folder) ? { dist: join(folder, 'dist'), build: buildOf(folder) } : null;
}

/** Everything a build reads. The types of the API vanish in it, so they do not count. */
const SOURCES = ['src', 'public', 'index.html', 'build.ts', 'document.ts', 'vite.config.ts', 'package.json'];

/** How to build the interface whose package is in `folder`; null when its sources are not there. */
export function buildOf(folder: string): InterfaceBuild | null {
  if (!existsSync(join(folder, 'src'))) return null;
  const hash = createHash('sha256');
  for (const source of SOURCES) addTo(hash, join(folder, source), source);
  const lock = join(folder, '../../package-lock.json');
  if (existsSync(lock)) hash.update(readFileSync(lock));
  return { folder, key: hash.digest('hex') };
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
