import { createHash } from 'node:crypto';

/*
 * Keys of objects, in the style of upload-protocol §3. Every part of them is a number, a date, a digest or an id of ours: what a client sent
 * becomes part of a key only when it is hexadecimal, or as a digest.
 */

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const LONGEST = 500;

/** Whether the text has the shape of a key: words between slashes, none of which begins with a period. */
export function isKey(text: string): boolean {
  return text.length <= LONGEST && text.includes('/') && text.split('/').every((segment) => SEGMENT.test(segment));
}

/** What of an upload's row names its raw bytes. */
export interface UploadIdentity {
  readonly repository_id: number;
  readonly external_id: string;
  readonly created_at: Date;
}

/**
 * What an uploader sent.
 *
 * @param body our id of this one transfer: a repeated PUT never writes over bytes that a worker may be reading
 */
export function rawKey(upload: UploadIdentity, body: string): string {
  const day = upload.created_at.toISOString().slice(0, 10);
  return `v4/raw/${day}/${number(upload.repository_id)}/${ownId(upload.external_id)}/${ownId(body)}`;
}

/** What the keys of all raw bytes begin with. */
export const RAW_PREFIX = 'v4/raw/';

/** The public id of the upload that a key of raw bytes was made for; null when it is none of ours. */
export function uploadOfRawKey(key: string): string | null {
  const id = key.startsWith(RAW_PREFIX) ? (key.split('/')[4] ?? '') : '';
  return UUID.test(id) ? id : null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A part, named by the digest of its bytes: reading an upload again, later and differently, makes another object. */
export function partKey(uploadId: string, digest: Uint8Array): string {
  return `v4/parts/${ownId(uploadId).slice(0, 8)}/${ownId(uploadId)}/${hex(digest).slice(0, 32)}`;
}

/** A merged report of a commit. Its digest is in the name, so that an older report stays readable while a newer one is written. */
export function reportKey(repositoryId: number, sha: string, digest: Uint8Array): string {
  return `v4/reports/${number(repositoryId)}/${commitName(sha)}/${hex(digest).slice(0, 32)}`;
}

/** The text of a file, once per repository and content. `blobSha` is git's name of it, in hex. */
export function sourceKey(repositoryId: number, blobSha: string): string {
  const name = hexText(blobSha);
  return `v4/sources/${number(repositoryId)}/${name.slice(0, 2)}/${name}`;
}

/** What an uploader says of a commit: the list of its files, or its diff. */
export function metaKey(repositoryId: number, sha: string, kind: 'tree' | 'diff', digest: Uint8Array): string {
  return `v4/meta/${number(repositoryId)}/${commitName(sha)}/${kind}.${hex(digest).slice(0, 32)}`;
}

// Git names commits in hex; whatever else a client calls a commit is hashed.
function commitName(sha: string): string {
  if (/^[0-9a-f]{7,64}$/.test(sha)) return sha;
  return `other_${createHash('sha256').update(sha).digest('hex').slice(0, 40)}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function hexText(text: string): string {
  if (!/^[0-9a-f]{8,64}$/.test(text)) throw new TypeError('the name of a blob is hexadecimal');
  return text;
}

function number(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('the number of a row is whole');
  return String(value);
}

function ownId(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) throw new TypeError('this cannot be part of an object key');
  return text;
}
