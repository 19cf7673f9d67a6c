import { createHmac, timingSafeEqual } from 'node:crypto';

/** What an address may be used for; part of what is signed, so that one cannot serve as another. */
export type SignedPurpose = 'put' | 'status';

/** Makes and checks signatures of addresses that carry their own permission. */
export interface Signer {
  /** Signature over purpose, id and end; base64url. `until` in epoch seconds. */
  sign(purpose: SignedPurpose, id: string, until: number): string;
  /** Whether it is ours and not over at `now` (epoch seconds). Compares in constant time. */
  check(
    purpose: SignedPurpose,
    id: string,
    until: number,
    signature: string,
    now: number,
  ): 'valid' | 'expired' | 'wrong';
}

/** A signer with the installation's key. */
export function createSigner(key: string): Signer {
  const sign = (purpose: SignedPurpose, id: string, until: number): string =>
    createHmac('sha256', key).update(`${purpose}\n${id}\n${until}`).digest('base64url');
  return {
    sign,
    check: (purpose, id, until, signature, now) => {
      const expected = Buffer.from(sign(purpose, id, until));
      const given = Buffer.from(signature);
      if (!Number.isSafeInteger(until) || given.length !== expected.length || !timingSafeEqual(given, expected))
        return 'wrong';
      return until < now ? 'expired' : 'valid';
    },
  };
}

/** Path and query of the signed PUT of an upload (upload-protocol §3). */
export function putPath(signer: Signer, uploadId: string, until: Date): string {
  const end = Math.floor(until.getTime() / 1000);
  return `/storage/u/${uploadId}?e=${end}&s=${signer.sign('put', uploadId, end)}`;
}

/** How long the read-only key of an upload's status works (upload-protocol §8.2). */
export const STATUS_KEY_SECONDS = 24 * 60 * 60;

/** The read-only key `k` of an upload's status: its end and signature. */
export function statusKey(signer: Signer, uploadId: string, now: number): string {
  const end = Math.floor(now / 1000) + STATUS_KEY_SECONDS;
  return `${end.toString(36)}.${signer.sign('status', uploadId, end)}`;
}

/** Whether `k` opens the status of this upload. */
export function opensStatus(signer: Signer, uploadId: string, key: string, now: number): boolean {
  const [end, signature] = key.split('.');
  if (signature === undefined || !/^[0-9a-z]{1,10}$/.test(end)) return false;
  return signer.check('status', uploadId, Number.parseInt(end, 36), signature, Math.floor(now / 1000)) === 'valid';
}
