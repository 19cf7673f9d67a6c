import { createHmac, timingSafeEqual } from 'node:crypto';

/** Life of an address to which an upload may be PUT, in seconds (upload-protocol §3). */
export const UPLOAD_ADDRESS_SECONDS = 900;

/** Life of the key with which the state of one upload may be read, in seconds (upload-protocol §8.2). */
export const STATUS_KEY_SECONDS = 24 * 3600;

/** What is said of a signature. */
export type SignatureCheck = 'valid' | 'expired' | 'wrong';

/** Nodes of one installation may differ by this much (deployment §10, clock skew). */
const SKEW_SECONDS = 300;

type Purpose = 'upload' | 'status' | 'download';

/**
 * The address, without scheme and host, to which the bytes of an upload are PUT: `/storage/u/ID?e=UNIX&s=SIGNATURE`.
 *
 * @param secret `signing_key` of the data folder
 * @param expiresAt see {@link UPLOAD_ADDRESS_SECONDS}
 */
export function signedUploadPath(secret: string, uploadId: string, expiresAt: Date): string {
  const expiry = unixTime(expiresAt);
  return `/storage/u/${encodeURIComponent(uploadId)}?e=${expiry}&s=${sign(secret, 'upload', uploadId, expiry)}`;
}

/** The address, without scheme and host, from which the raw bytes of an upload are fetched: `/storage/d/ID?e=UNIX&s=SIGNATURE`. */
export function signedDownloadPath(secret: string, uploadId: string, expiresAt: Date): string {
  const expiry = unixTime(expiresAt);
  return `/storage/d/${encodeURIComponent(uploadId)}?e=${expiry}&s=${sign(secret, 'download', uploadId, expiry)}`;
}

/** The query of a signed address, as it came: parameters may be absent or several. */
export interface SignedQuery {
  readonly e?: unknown;
  readonly s?: unknown;
}

/** Checks the query of an address made by {@link signedUploadPath}. */
export function checkUploadSignature(secret: string, uploadId: string, query: SignedQuery, now: Date): SignatureCheck {
  return check(secret, 'upload', uploadId, query.e, query.s, now);
}

/** Checks the query of an address made by {@link signedDownloadPath}. */
export function checkDownloadSignature(
  secret: string,
  uploadId: string,
  query: SignedQuery,
  now: Date,
): SignatureCheck {
  return check(secret, 'download', uploadId, query.e, query.s, now);
}

/** The read-only key of one upload: `EXPIRY.SIGNATURE`, the value of `k`. */
export function statusKey(secret: string, uploadId: string, expiresAt: Date): string {
  const expiry = unixTime(expiresAt);
  return `${expiry}.${sign(secret, 'status', uploadId, expiry)}`;
}

/** Checks a key made by {@link statusKey}. */
export function checkStatusKey(secret: string, uploadId: string, key: unknown, now: Date): SignatureCheck {
  if (typeof key !== 'string') return 'wrong';
  const [expiry, signature, ...rest] = key.split('.', 3);
  return rest.length > 0 ? 'wrong' : check(secret, 'status', uploadId, expiry, signature, now);
}

function check(
  secret: string,
  purpose: Purpose,
  id: string,
  expiry: unknown,
  signature: unknown,
  now: Date,
): SignatureCheck {
  if (typeof expiry !== 'string' || typeof signature !== 'string' || !/^[1-9]\d{0,11}$/.test(expiry)) return 'wrong';
  const right = Buffer.from(sign(secret, purpose, id, expiry));
  const given = Buffer.from(signature);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'wrong';
  return Number(expiry) + SKEW_SECONDS < now.getTime() / 1000 ? 'expired' : 'valid';
}

// The expiry is digits and the purpose a word of ours, so no id can make two different messages equal.
function sign(secret: string, purpose: Purpose, id: string, expiry: string): string {
  return createHmac('sha256', secret).update(`thatch ${purpose}\n${expiry}\n${id}`).digest('base64url');
}

function unixTime(date: Date): string {
  return String(Math.floor(date.getTime() / 1000));
}
