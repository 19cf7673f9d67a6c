import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { MetaFacts, MetaObject, MetaProblem, MetaResult, MetaTask } from './tasks.ts';
import { HEAD_SCHEMA, type MetaHead } from './meta-schema.ts';

/*
 * Reads the document `thatch-meta/1` of upload-protocol §8.3 in a worker thread: it may have hundreds of megabytes, and every source is hashed.
 */

const LARGEST_DOCUMENT = 400 * 1024 * 1024;
const MOST_HISTORY = 2000;
const MOST_DIFF_BYTES = 32 * 1024 * 1024;
const MOST_DIFF_FILES = 20_000;
const MOST_FILES = 500_000;
const MOST_FILES_BYTES = 64 * 1024 * 1024;
const MOST_SOURCE_BYTES = 2 * 1024 * 1024;
const MOST_SOURCES_BYTES = 256 * 1024 * 1024;
const MOST_CONFIG_BYTES = 256 * 1024;
const MOST_MESSAGE_BYTES = 64 * 1024;
const LONGEST_PATH = 4096;

const HEX = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Reads the document in a file. Nothing of a refused one is of use. */
export function readMetaDocument({ path }: Pick<MetaTask, 'path'>): MetaResult {
  try {
    return new Reader(parse(readFileSync(path))).read();
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', ...error.answer };
    throw error;
  }
}

class Refusal extends Error {
  readonly answer: {
    readonly status: 400 | 413;
    readonly code: string;
    readonly detail: string;
    readonly hint: string;
  };

  constructor(code: string, detail: string, hint: string, status: 400 | 413 = 400) {
    super(detail);
    this.answer = { status, code, detail, hint };
  }
}

type Document = Readonly<Record<string, unknown>>;

function parse(bytes: Buffer): Document {
  const unpacked = unpack(bytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(unpacked));
  } catch (error) {
    throw new Refusal(
      'meta_unreadable',
      `The metadata is no JSON in UTF-8: ${(error as Error).message.slice(0, 200)}`,
      SEE,
    );
  }
  if (isObject(value)) return value;
  throw new Refusal('meta_unreadable', 'The metadata is no JSON object.', SEE);
}

function unpack(bytes: Buffer): Buffer {
  const magic = bytes.toString('hex', 0, 4);
  const limit = { maxOutputLength: LARGEST_DOCUMENT };
  try {
    if (magic.startsWith('1f8b')) return gunzipSync(bytes, limit);
    if (magic === '28b52ffd') return zstdDecompressSync(bytes, limit);
    return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal('meta_too_large', `The metadata is larger than ${LARGEST_DOCUMENT} bytes.`, SPLIT, 413);
    }
    throw new Refusal('meta_unreadable', 'The metadata is packed, but damaged.', SEE);
  }
}

const SEE = 'The document is "thatch-meta/1"; "thatch upload" makes it from a git clone.';
const SPLIT = 'Send the sources in several calls, each with "schema" and "commit.sha".';

class Reader {
  private readonly document: Document;
  private readonly objects: MetaObject[] = [];
  private readonly chunks: Uint8Array[] = [];
  private readonly problems: MetaProblem[] = [];
  private size = 0;

  constructor(document: Document) {
    this.document = document;
  }

  read(): MetaResult {
    const head = this.head();
    const facts: MetaFacts = {
      ...head,
      commit: { ...head.commit, message: this.message(head.commit.message) },
      history: head.history.slice(0, MOST_HISTORY),
      diffBase: this.diff(),
      hasFiles: this.files(),
      config: this.config(),
    };
    this.sources();
    if (head.history.length > MOST_HISTORY) {
      this.note('history_cut', `Of the history, the ${MOST_HISTORY} newest rows were kept.`);
    }
    return { kind: 'read', facts, objects: this.objects, packed: this.packed(), problems: this.problems };
  }

  private head(): MetaHead {
    const parsed = HEAD_SCHEMA.safeParse(this.document);
    if (parsed.success) return parsed.data;
    const [{ path, message }] = parsed.error.issues;
    throw new Refusal('meta_invalid', `${path.join('.') || 'The document'}: ${message}`.slice(0, 300), SEE);
  }

  private message(text: string | null): string | null {
    if (text === null || Buffer.byteLength(text) <= MOST_MESSAGE_BYTES) return text;
    // A character that is cut in two becomes one that says so.
    return Buffer.from(text).toString('utf8', 0, MOST_MESSAGE_BYTES).toWellFormed();
  }

  private diff(): string | null {
    const { diff } = this.document;
    if (diff == null) return null;
    if (!isObject(diff) || typeof diff['text'] !== 'string' || diff['format'] !== 'git-unified') {
      throw new Refusal('meta_invalid', 'diff: has "base", "format": "git-unified" and "text"', SEE);
    }
    const base = diff['base'];
    if (typeof base !== 'string' || !HEX.test(base)) throw new Refusal('meta_invalid', 'diff.base: is no commit', SEE);
    const bytes = Buffer.from(diff['text'].toWellFormed());
    if (bytes.length > MOST_DIFF_BYTES || filesOfDiff(bytes) > MOST_DIFF_FILES) {
      this.note(
        'diff_dropped',
        'The diff is larger than 32 MiB or 20000 files and was left out: the patch is unknown.',
      );
      return null;
    }
    this.keep({ kind: 'diff' }, bytes, bytes.length);
    return base;
  }

  private files(): boolean {
    const { files } = this.document;
    if (files == null) return false;
    if (!isObject(files)) throw new Refusal('meta_invalid', 'files: is an object of paths and blobs', SEE);
    const entries = Object.entries(files);
    let bytes = 0;
    for (const [path, blob] of entries) {
      checkPath(path, 'files');
      if (typeof blob !== 'string' || !HEX.test(blob)) {
        throw new Refusal('meta_invalid', `files: ${JSON.stringify(path.slice(0, 100))} has no id of a blob`, SEE);
      }
      bytes += path.length + blob.length;
    }
    if (entries.length > MOST_FILES || bytes > MOST_FILES_BYTES) {
      this.note('files_dropped', `The list of files is larger than ${MOST_FILES} entries or 64 MiB and was left out.`);
      return false;
    }
    if (entries.length === 0) return false;
    this.keepPacked({ kind: 'tree' }, Buffer.from(JSON.stringify(files)));
    return true;
  }

  private sources(): void {
    const { sources } = this.document;
    if (sources == null) return;
    if (!isObject(sources)) throw new Refusal('meta_invalid', 'sources: is an object of blobs', SEE);
    let total = 0;
    let large = 0;
    for (const [blob, source] of Object.entries(sources)) {
      const bytes = sourceBytes(blob, source);
      total += bytes.length;
      if (total > MOST_SOURCES_BYTES) {
        throw new Refusal('meta_too_large', 'The sources of one call have more than 256 MiB.', SPLIT, 413);
      }
      if (blobName(bytes, blob.length) !== blob) {
        throw new Refusal('blob_mismatch', `The source ${blob} is not the content of that blob.`, MISMATCH);
      }
      if (bytes.length > MOST_SOURCE_BYTES) {
        large++;
        this.keep({ kind: 'large_source', blob }, new Uint8Array(0), bytes.length);
      } else this.keepPacked({ kind: 'source', blob }, bytes);
    }
    if (large > 0) this.note('sources_dropped', `${large} sources are larger than 2 MiB and were left out.`);
  }

  private config(): MetaFacts['config'] {
    const { config } = this.document;
    if (config == null) return null;
    if (!isObject(config) || typeof config['path'] !== 'string' || typeof config['text'] !== 'string') {
      throw new Refusal('meta_invalid', 'config: has "path" and "text"', SEE);
    }
    const { path, text } = config as { path: string; text: string };
    checkPath(path, 'config.path');
    if (Buffer.byteLength(text) > MOST_CONFIG_BYTES || text.includes('\u0000')) {
      this.note('config_dropped', 'The configuration is larger than 256 KiB, or no text, and was left out.');
      return null;
    }
    return { path, text: text.toWellFormed() };
  }

  private note(code: string, message: string): void {
    this.problems.push({ code, message });
  }

  private keepPacked(what: MetaObject['what'], bytes: Buffer): void {
    const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
    this.keep(what, zstdCompressSync(bytes, level), bytes.length);
  }

  private keep(what: MetaObject['what'], bytes: Uint8Array, size: number): void {
    this.objects.push({ what, offset: this.size, length: bytes.length, size, digest: sha256(bytes) });
    this.chunks.push(bytes);
    this.size += bytes.length;
  }

  /** One memory for all, so that it can be handed to the other thread without a copy. */
  private packed(): Uint8Array {
    const packed = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      packed.set(chunk, at);
      at += chunk.length;
    }
    return packed;
  }
}

const MISMATCH =
  'Send the bytes as git stores them: without conversion of line ends or text, as base64 where they are not UTF-8.';

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths of a repository go down from its root only. */
function checkPath(path: string, where: string): void {
  const isBad =
    path === '' ||
    path.length > LONGEST_PATH ||
    path.startsWith('/') ||
    path.includes('\u0000') ||
    !path.isWellFormed() ||
    path.split('/').includes('..');
  if (isBad) {
    const shown = JSON.stringify(path.slice(0, 100));
    throw new Refusal(
      'path_invalid',
      `${where}: ${shown} is no path inside of a repository.`,
      'Paths are relative to its root, without "..".',
    );
  }
}

function sourceBytes(blob: string, source: unknown): Buffer {
  if (!HEX.test(blob)) throw new Refusal('meta_invalid', 'sources: a key is no id of a blob', SEE);
  if (isObject(source)) {
    const { text, base64 } = source;
    if (typeof text === 'string') return Buffer.from(text, 'utf8');
    if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  }
  throw new Refusal('meta_invalid', `sources.${blob}: has "text" or "base64"`, SEE);
}

/** Git's name of a blob, in the hash that the repository uses. */
function blobName(bytes: Uint8Array, digits: number): string {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

function filesOfDiff(bytes: Buffer): number {
  const mark = '\ndiff --git ';
  let count = bytes.subarray(0, mark.length - 1).toString() === mark.slice(1) ? 1 : 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) count++;
  return count;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
