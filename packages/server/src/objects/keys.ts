/*
 * Keys of objects. Every part of them is a number, a hex digest or a UUID of ours: nothing that a client sends becomes a path.
 */

const KEY = /^(?:[a-z0-9][a-z0-9.-]*\/)*[a-z0-9][a-z0-9.-]*$/;

/** Whether a text may be a key: lower-case words with digits, dots and dashes between slashes; no word begins with a dot. */
export function isKey(key: string): boolean {
  return key.length <= 512 && KEY.test(key);
}

interface UploadIdentity {
  readonly repository_id: number;
  readonly external_id: string;
  readonly created_at: Date;
}

/** Raw bytes of an upload. `body` is a UUID of this one transfer: a repeated PUT never writes over what a reader may hold. */
export function rawKey(upload: UploadIdentity, body: string): string {
  return `raw/${day(upload.created_at)}/${upload.repository_id}/${upload.external_id}/${body}`;
}

/** Part of an upload; named by what it was made of, so that a part is never changed in place. */
export function partKey(uploadId: string, contentDigest: Uint8Array): string {
  return `parts/${uploadId.slice(0, 8)}/${uploadId}/${hex(contentDigest).slice(0, 32)}`;
}

/** Merged report of a commit; its digest is in the name, so an older report stays readable while a newer one is written. */
export function reportKey(repositoryId: number, sha: string, digest: Uint8Array): string {
  return `reports/${repositoryId}/${hexOnly(sha)}/${hex(digest).slice(0, 32)}`;
}

/** Text of a source file by the id of its blob. */
export function sourceKey(repositoryId: number, blobSha: string): string {
  return `sources/${repositoryId}/${hexOnly(blobSha).slice(0, 2)}/${hexOnly(blobSha)}`;
}

/** What the uploader says of a commit: its tree, its diff. */
export function metaKey(repositoryId: number, sha: string, kind: 'tree' | 'diff', digest: Uint8Array): string {
  return `meta/${repositoryId}/${hexOnly(sha)}/${kind}-${hex(digest).slice(0, 32)}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function hexOnly(sha: string): string {
  if (!/^[0-9a-f]{7,64}$/.test(sha)) throw new RangeError('not a hexadecimal id');
  return sha;
}
