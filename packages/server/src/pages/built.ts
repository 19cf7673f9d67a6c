import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { preloadsOf, type Manifest, type Preloads } from './preloads.ts';

/** A file of the built interface, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly plain: Uint8Array;
  /** Packed when it was built; null where packing does not pay. */
  readonly brotli: Uint8Array | null;
  readonly gzip: Uint8Array | null;
}

/** The built interface, whole in memory: a few megabytes, and no name of a request ever becomes a path. */
export interface BuiltInterface {
  /** Tells this build from every other. */
  readonly build: string;
  /** `index.html`, with addresses that begin with `./`. */
  readonly html: string;
  /** By name below `/assets/`. */
  readonly assets: ReadonlyMap<string, Asset>;
  readonly preloads: Preloads;
}

/** What `packages/web/build.ts` leaves beside the files. */
export interface BuildNote {
  /** Hash of everything that the build is made from. */
  readonly key: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** Reads what the build left in `folder`; null when there is none, or it is of other sources than `key` says (null = any will do). */
export async function readBuilt(folder: string, key: string | null): Promise<BuiltInterface | null> {
  const note = await readOrNull(join(folder, 'build.json'));
  if (note === null) return null;
  const { key: built } = JSON.parse(note.toString('utf8')) as BuildNote;
  if (key !== null && key !== built) return null;
  const [html, manifest, names] = await Promise.all([
    readFile(join(folder, 'index.html'), 'utf8'),
    readFile(join(folder, 'manifest.json'), 'utf8'),
    readdir(join(folder, 'assets')),
  ]);
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const path = join(folder, 'assets', name);
    const [plain, brotli, gzip] = await Promise.all([
      readFile(path),
      readOrNull(`${path}.br`),
      readOrNull(`${path}.gz`),
    ]);
    assets.set(name, { type, plain, brotli, gzip });
  }
  return { build: built.slice(0, 12), html, assets, preloads: preloadsOf(JSON.parse(manifest) as Manifest) };
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
