import { createHash, randomBytes } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { FolderSync } from './folder-sync.ts';
import type { SpaceProbe } from './free-space.ts';
import { actualSpace, isFull, keepReserve, releaseReserve } from './free-space.ts';
import { isKey } from './keys.ts';
import type {
  ByteRange,
  LocalObject,
  ObjectBody,
  ObjectFacts,
  Objects,
  OpenObject,
  PutOptions,
  PutOutcome,
  StoredObject,
} from './objects.ts';

/** Folder for files that are being written; no key starts with a period. */
const INCOMING = '.incoming';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** How long an answer about free space is believed. */
const SPACE_MS = 1000;
/** Folders known to be there. More are forgotten, which costs one mkdir. */
const KNOWN_FOLDERS = 10_000;
const READ_CHUNK_BYTES = 256 * 1024;
/** Pieces below this are written together. */
const GATHER_BYTES = 64 * 1024;

/** A server that lives shorter than this needs no reserve. */
const RESERVE_AFTER_MS = 60_000;

/**
 * Opens the folder of a server that has it for itself: what an earlier process left half-written is removed, and a reserve is kept for a full
 * disk.
 */
export async function openFilesystemObjects(root: string): Promise<FilesystemObjects> {
  const objects = new FilesystemObjects(root);
  await objects.sweep(new Date(Date.now() + RESERVE_AFTER_MS));
  setTimeout(() => void keepReserve(root).catch(() => {}), RESERVE_AFTER_MS).unref();
  return objects;
}

/** Objects as plain files below one folder. Several processes and threads may use the folder at once. */
export class FilesystemObjects implements Objects {
  private readonly root: string;
  private readonly probe: SpaceProbe;
  private readonly folders = new FolderSync();
  private readonly known = new Set<string>();
  private space: { readonly until: number; readonly answer: ReturnType<SpaceProbe> } | null = null;

  /** @param root absolute path; made when needed */
  constructor(root: string, probe: SpaceProbe = actualSpace) {
    this.root = root;
    this.probe = probe;
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}): Promise<PutOutcome> {
    const path = this.pathOf(key);
    const incoming = join(this.root, INCOMING);
    const temporary = join(incoming, `${process.pid}-${randomBytes(8).toString('hex')}`);
    let outcome: PutOutcome | null = null;
    try {
      await this.makeFolder(incoming);
      const { free, total } = await this.freeSpace();
      if (isFull({ free, total })) return (outcome = { kind: 'full', freeBytes: free });
      outcome = await writeFile(temporary, body, options);
      if (outcome.kind === 'stored') await this.moveIntoPlace(temporary, path);
      return outcome;
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      await releaseReserve(this.root);
      return (outcome = { kind: 'full', freeBytes: 0 });
    } finally {
      if (outcome?.kind !== 'stored') await rm(temporary, { force: true });
    }
  }

  async get(key: string, range: ByteRange = { start: 0 }): Promise<OpenObject | null> {
    const file = await openIfThere(this.pathOf(key));
    if (file === null) return null;
    try {
      const { size } = await file.stat();
      const end = Math.min(range.end ?? size, size);
      const start = Math.min(range.start, end);
      // `end` of a stream is the last byte read, so that it cannot say "nothing": the empty range starts behind the end.
      const stream = file.createReadStream({
        start: end > start ? start : size,
        end: end > start ? end - 1 : size,
        highWaterMark: READ_CHUNK_BYTES,
      });
      return { size, stream };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(key: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.pathOf(key));
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    return await factsOf(this.pathOf(key), key);
  }

  async openLocal(key: string): Promise<LocalObject | null> {
    const path = this.pathOf(key);
    // Kept files stay where they are until they are deleted, so there is nothing to release.
    return (await factsOf(path, key)) === null ? null : { path, release: async () => {} };
  }

  async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async *list(prefix: string): AsyncIterable<ObjectFacts> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder !== '' && !isKey(`${folder}_`)) throw new TypeError('this is not the beginning of a key');
    for await (const path of filesBelow(join(this.root, folder))) {
      const key = relative(this.root, path).split(sep).join('/');
      if (!key.startsWith(prefix) || !isKey(key)) continue;
      const facts = await factsOf(path, key);
      if (facts !== null) yield facts;
    }
  }

  /**
   * Removes files of writers that died.
   *
   * @param before only those not written to since then, so that a living process's are kept
   * @returns how many
   */
  async sweep(before: Date): Promise<number> {
    let removed = 0;
    for await (const path of filesBelow(join(this.root, INCOMING))) {
      const facts = await factsOf(path, path);
      if (facts === null || facts.storedAt >= before) continue;
      await rm(path, { force: true });
      removed++;
    }
    return removed;
  }

  private pathOf(key: string): string {
    if (!isKey(key)) throw new TypeError('this is not the key of an object');
    return join(this.root, ...key.split('/'));
  }

  private async moveIntoPlace(temporary: string, path: string): Promise<void> {
    const folder = dirname(path);
    await this.makeFolder(folder);
    try {
      await rename(temporary, path);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      // Somebody removed the folder since we last saw it.
      this.known.clear();
      await this.makeFolder(folder);
      await rename(temporary, path);
    }
    await this.folders.sync(folder);
  }

  /** Makes a folder and those above it, each durable in the one above. */
  private async makeFolder(folder: string): Promise<void> {
    if (this.known.has(folder)) return;
    // Also when it was there already: who made it may not have synced it yet.
    if (folder !== this.root) await this.makeFolder(dirname(folder));
    if (folder === this.root) await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    else await mkdir(folder, { mode: FOLDER_MODE }).catch(unlessThere);
    await this.folders.sync(dirname(folder));
    if (this.known.size >= KNOWN_FOLDERS) this.known.clear();
    this.known.add(folder);
  }

  private freeSpace(): ReturnType<SpaceProbe> {
    const now = performance.now();
    if (this.space === null || this.space.until <= now)
      this.space = { until: now + SPACE_MS, answer: this.probe(this.root) };
    return this.space.answer;
  }
}

async function writeFile(path: string, body: ObjectBody, options: PutOptions): Promise<PutOutcome> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    const outcome = await writeBody(file, body, options);
    if (outcome.kind === 'stored') await file.datasync();
    return outcome;
  } finally {
    await file.close();
  }
}

async function writeBody(file: FileHandle, body: ObjectBody, options: PutOptions): Promise<PutOutcome> {
  const maxBytes = options.maxBytes ?? Infinity;
  const writer = new HashingWriter(file);
  const source = new BodySource(body);
  for (let chunk = await source.next(); chunk.kind !== 'end'; chunk = await source.next()) {
    if (chunk.kind === 'cut') return chunk;
    if (writer.size + chunk.bytes.length > maxBytes) {
      await source.stop();
      return { kind: 'too_large', maxBytes };
    }
    await writer.add(chunk.bytes);
  }
  if (writer.size === 0 && options.refuseEmpty === true) return { kind: 'empty' };
  return await writer.end();
}

/** Writes and hashes. Small pieces are gathered first: some clients send one byte at a time (upload-protocol §3). */
class HashingWriter {
  size = 0;
  private readonly file: FileHandle;
  private readonly sha256 = createHash('sha256');
  private readonly md5 = createHash('md5');
  private gathered: Uint8Array | null = null;
  private filled = 0;

  constructor(file: FileHandle) {
    this.file = file;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.size += bytes.length;
    if (this.filled + bytes.length > GATHER_BYTES) await this.flush();
    if (bytes.length >= GATHER_BYTES) return await this.write(bytes);
    this.gathered ??= new Uint8Array(GATHER_BYTES);
    this.gathered.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  async end(): Promise<StoredObject> {
    await this.flush();
    return { kind: 'stored', size: this.size, sha256: digestOf(this.sha256), md5: digestOf(this.md5) };
  }

  private async flush(): Promise<void> {
    if (this.gathered === null || this.filled === 0) return;
    const bytes = this.gathered.subarray(0, this.filled);
    this.filled = 0;
    await this.write(bytes);
  }

  private async write(bytes: Uint8Array): Promise<void> {
    this.sha256.update(bytes);
    this.md5.update(bytes);
    for (let offset = 0; offset < bytes.length;) offset += (await this.file.write(bytes, offset)).bytesWritten;
  }
}

type Chunk =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly reason: Error }
  | { readonly kind: 'end' };

/** Reads a body so that its own failure is a value and cannot be taken for one of the disk. */
class BodySource {
  private readonly iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

  constructor(body: ObjectBody) {
    this.iterator = body instanceof Uint8Array ? [body].values() : body[Symbol.asyncIterator]();
  }

  async next(): Promise<Chunk> {
    try {
      const step = await this.iterator.next();
      return step.done === true ? { kind: 'end' } : { kind: 'bytes', bytes: step.value };
    } catch (reason) {
      return { kind: 'cut', reason: reason instanceof Error ? reason : new Error(String(reason)) };
    }
  }

  async stop(): Promise<void> {
    await Promise.resolve(this.iterator.return?.()).catch(() => {});
  }
}

function digestOf(hash: Hash): Uint8Array {
  return new Uint8Array(hash.digest());
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function factsOf(path: string, key: string): Promise<ObjectFacts | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? { key, size: found.size, storedAt: found.mtime } : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function* filesBelow(folder: string): AsyncIterable<string> {
  let entries: AsyncIterable<Dirent>;
  try {
    entries = await opendir(folder);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  for await (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function isNoSpace(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
