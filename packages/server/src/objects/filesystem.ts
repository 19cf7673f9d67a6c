import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isKey } from './keys.ts';
import type { LocalObject, Objects, PutOutcome } from './objects.ts';

/** Objects are refused when less than this, and less than a fiftieth of the disk, is free (deployment §10). */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;
const LEAST_FREE_SHARE = 0.02;
/** How long a look at the disk is good for. */
const FREE_CHECK_MS = 5000;
/** Bytes gathered before they are written: a client may send one byte at a time. */
const WRITE_BYTES = 256 * 1024;

/** Opens a folder of objects; what a killed process left half-written is removed. */
export async function openFilesystemObjects(folder: string): Promise<Objects> {
  const store = new FilesystemObjects(folder);
  await store.prepare();
  return store;
}

/**
 * Objects as files: written beside, flushed, renamed, and the folder flushed, so that an object is whole or not there, also after the
 * power fails.
 */
class FilesystemObjects implements Objects {
  private readonly folder: string;
  private readonly unfinished: string;
  private readonly known = new Set<string>();
  private checkedAt = -Infinity;
  private isFull = false;

  constructor(folder: string) {
    this.folder = folder;
    this.unfinished = join(folder, '.unfinished');
  }

  async prepare(): Promise<void> {
    await rm(this.unfinished, { recursive: true, force: true });
    await mkdir(this.unfinished, { recursive: true, mode: 0o700 });
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array> | Uint8Array,
    limits: { readonly maxBytes: number } = { maxBytes: Infinity },
  ): Promise<PutOutcome> {
    const path = this.pathOf(key);
    if (await this.lacksRoom()) return { kind: 'full' };
    const temporary = join(this.unfinished, randomUUID());
    const file = await open(temporary, 'wx', 0o600);
    try {
      const written = await write(file, body instanceof Uint8Array ? [body] : body, limits.maxBytes);
      if (written.kind === 'stored') {
        await file.datasync();
        await this.moveTo(temporary, path);
        return written;
      }
      await rm(temporary, { force: true });
      return written;
    } catch (error) {
      await rm(temporary, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return { kind: 'full' };
      throw error;
    } finally {
      await file.close();
    }
  }

  async read(key: string): Promise<Uint8Array | null> {
    return unlessMissing(() => readFile(this.pathOf(key)));
  }

  async stream(key: string): Promise<AsyncIterable<Uint8Array> | null> {
    const size = await this.size(key);
    return size === null ? null : createReadStream(this.pathOf(key), { highWaterMark: WRITE_BYTES });
  }

  async size(key: string): Promise<number | null> {
    const found = await unlessMissing(() => stat(this.pathOf(key)));
    return found?.size ?? null;
  }

  async openLocal(key: string): Promise<LocalObject | null> {
    const size = await this.size(key);
    return size === null ? null : { path: this.pathOf(key), release: async () => {} };
  }

  async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async freeBytes(): Promise<number | null> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  private pathOf(key: string): string {
    if (!isKey(key)) throw new RangeError('not a key of an object');
    return join(this.folder, key);
  }

  private async moveTo(temporary: string, path: string): Promise<void> {
    const folder = dirname(path);
    await this.makeFolder(folder);
    await rename(temporary, path);
    await flushFolder(folder);
  }

  /** Makes a folder durable: each new level's parent is flushed too. */
  private async makeFolder(folder: string): Promise<void> {
    if (this.known.has(folder)) return;
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made)) {
      await flushFolder(dirname(made));
    }
    if (this.known.size > MOST_KNOWN_FOLDERS) this.known.clear();
    this.known.add(folder);
  }

  private async lacksRoom(): Promise<boolean> {
    if (performance.now() - this.checkedAt < FREE_CHECK_MS) return this.isFull;
    const { bavail, blocks, bsize } = await statfs(this.folder);
    const isSmall = bavail * bsize < LEAST_FREE_BYTES;
    this.isFull = isSmall && bavail < blocks * LEAST_FREE_SHARE ? true : bavail * bsize < LEAST_FREE_BYTES / 8;
    this.checkedAt = performance.now();
    return this.isFull;
  }
}

const MOST_KNOWN_FOLDERS = 10_000;

async function write(
  file: FileHandle,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): Promise<PutOutcome> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let size = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  const flush = async (): Promise<void> => {
    if (gatheredBytes === 0) return;
    const bytes = gathered.length === 1 ? gathered[0] : Buffer.concat(gathered);
    sha256.update(bytes);
    md5.update(bytes);
    gathered = [];
    gatheredBytes = 0;
    await file.writeFile(bytes);
  };
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) return { kind: 'too_large', maxBytes };
    gathered.push(chunk);
    gatheredBytes += chunk.length;
    if (gatheredBytes >= WRITE_BYTES) await flush();
  }
  await flush();
  return { kind: 'stored', size, sha256: sha256.digest(), md5: md5.digest() };
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlessMissing<Value>(action: () => Promise<Value>): Promise<Value | null> {
  try {
    return await action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** All keys below a prefix; for repair and tests, not for requests. */
export async function listKeys(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('.unfinished'));
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}
