import { git, isObjectId } from './run.ts';

/** One commit, as its object tells it: also in a shallow clone, where git itself hides the parents. */
export interface CommitObject {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** At most 64 KiB (upload-protocol §8.3). */
  readonly message: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** RFC 3339, with the offset of the person's clock. */
  readonly time: string;
}

const MESSAGE_BYTES = 64 << 10;

/** The commits among `shas` that the clone holds, in the same order. Anything that is not a whole object id is left out. */
export async function readCommits(folder: string, shas: readonly string[]): Promise<readonly CommitObject[]> {
  const wanted = shas.filter(isObjectId);
  if (wanted.length === 0) return [];
  const result = await git(folder, ['cat-file', '--batch'], { input: `${wanted.join('\n')}\n` });
  if (!result.ok) return [];
  const commits: CommitObject[] = [];
  for (const { id, type, body } of readBatch(result.output)) {
    const commit = type === 'commit' ? parseCommit(id, body) : null;
    if (commit !== null) commits.push(commit);
  }
  return commits;
}

export interface BatchObject {
  readonly id: string;
  readonly type: string;
  readonly body: Buffer;
}

/** Takes apart what `cat-file --batch` prints: `id type size`, line feed, the bytes, line feed. Missing objects are left out. */
export function* readBatch(output: Buffer): Generator<BatchObject> {
  let at = 0;
  while (at < output.length) {
    const lineEnd = output.indexOf(10, at);
    if (lineEnd < 0) return;
    const [id, type, size] = output.toString('latin1', at, lineEnd).split(' ');
    at = lineEnd + 1;
    if (size === undefined) continue;
    const end = at + Number(size);
    if (!(end <= output.length)) return;
    yield { id, type, body: output.subarray(at, end) };
    at = end + 1;
  }
}

/** Reads the text of a commit object (`git cat-file commit`); null when it is not one. */
export function parseCommit(sha: string, body: Buffer): CommitObject | null {
  const headEnd = body.indexOf('\n\n');
  const head = headEnd < 0 ? body : body.subarray(0, headEnd);
  // Lines that begin with a blank go on with the one before (signatures, merged tags).
  const headers = head
    .toString('latin1')
    .split('\n')
    .filter((line) => !line.startsWith(' '));
  const values = (name: string): string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const decode = decoder(values('encoding')[0]);
  const [tree] = values('tree');
  const author = parseSignature(values('author')[0], decode);
  const committer = parseSignature(values('committer')[0], decode);
  if (tree === undefined || author === null || committer === null) return null;
  const message = headEnd < 0 ? Buffer.alloc(0) : body.subarray(headEnd + 2, headEnd + 2 + MESSAGE_BYTES);
  return {
    sha,
    tree,
    parents: values('parent').filter(isObjectId),
    author,
    committer,
    message: decode(message).trimEnd(),
  };
}

type Decode = (bytes: Uint8Array) => string;

function decoder(encoding: string | undefined): Decode {
  for (const label of [encoding ?? 'utf-8', 'utf-8']) {
    try {
      const text = new TextDecoder(label);
      return (bytes) => text.decode(bytes);
    } catch {
      // A name this program does not know: its ASCII characters are at least right.
    }
  }
  return (bytes) => Buffer.from(bytes).toString('latin1');
}

function parseSignature(line: string | undefined, decode: Decode): Signature | null {
  const match = /^(.*?) ?<([^>]*)> (-?\d+) ([+-]\d{4})$/.exec(line ?? '');
  if (match === null) return null;
  const text = (latin1: string): string => decode(Buffer.from(latin1, 'latin1'));
  return { name: text(match[1]), email: text(match[2]), time: rfc3339(Number(match[3]), match[4]) };
}

/** `1754035200`, `+0200` → `2025-08-01T10:00:00+02:00`. Offsets that no clock has become UTC. */
export function rfc3339(seconds: number, offset: string): string {
  const sign = offset.startsWith('-') ? -1 : 1;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3, 5));
  const isPossible = hours <= 23 && minutes <= 59;
  const shift = isPossible ? sign * (hours * 60 + minutes) * 60 : 0;
  // The limits of what four-digit years can tell.
  const moment = Math.min(Math.max(seconds + shift, -62_135_596_800), 253_402_300_799);
  const local = new Date(moment * 1000).toISOString().slice(0, 19);
  return shift === 0 ? `${local}Z` : `${local}${offset.slice(0, 3)}:${offset.slice(3, 5)}`;
}
