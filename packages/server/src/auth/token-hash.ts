import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Keys made from the installation's own key; hold them in memory only. */
export interface TokenSecrets {
  readonly hashKey: Uint8Array;
  readonly sealKey: Uint8Array;
}

/** The secrets of the installation from which the keys are made; each at least 32 characters of a random text. */
export interface InstallationKeys {
  readonly tokenHashKey: string;
  readonly encryptionSecret: string;
}

const KEY_LENGTH = 32;
const SHORTEST_SECRET = 16;

/**
 * Derives the two keys that guard tokens at rest. The purpose is part of the derivation, so that a key made here is of no use
 * for anything else that is made from the same secret.
 */
export function deriveTokenSecrets({ tokenHashKey, encryptionSecret }: InstallationKeys): TokenSecrets {
  return {
    hashKey: derive(tokenHashKey, 'thatch token hash 1'),
    sealKey: derive(encryptionSecret, 'thatch token seal 1'),
  };
}

/**
 * The keyed hash under which a token is stored (upload-protocol §2.1), 32 bytes. UUIDs are compared as 128 bits: any spelling
 * gives the same hash. As the hash is keyed, looking it up tells an attacker nothing by its timing.
 */
export function hashToken(secrets: TokenSecrets, token: string): Buffer {
  const uuid = parseUuid(token);
  return createHmac('sha256', secrets.hashKey)
    .update(uuid === null ? `text\0${token}` : `uuid\0${uuid}`)
    .digest();
}

/**
 * The 32 hex digits of a UUID in any spelling that a UUID parser takes: hyphens anywhere or nowhere, braces, `urn:uuid:`, any
 * case.
 *
 * @returns null when it is none.
 */
export function parseUuid(text: string): string | null {
  if (text.length > 64) return null;
  const digits = text
    .toLowerCase()
    .replace(/^urn:/, '')
    .replace(/^uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(digits) ? digits : null;
}

/** Whether a text has the outer form of a JWT: three base64url parts. */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

const SEAL_VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const HEADER_LENGTH = 1 + NONCE_LENGTH + TAG_LENGTH;

/**
 * Seals a repository's own token, which its members may see again. Version, nonce, tag, ciphertext; the hash is
 * authenticated with it, so a sealed text cannot be moved to another row.
 */
export function sealToken(secrets: TokenSecrets, token: string): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', secrets.sealKey, nonce).setAAD(hashToken(secrets, token));
  const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([Uint8Array.of(SEAL_VERSION), nonce, cipher.getAuthTag(), body]);
}

/** The token of a sealed text; null when it was sealed by another key, for another row, or is damaged. */
export function openSealedToken(secrets: TokenSecrets, sealed: Uint8Array, hash: Uint8Array): string | null {
  if (sealed.length <= HEADER_LENGTH || sealed[0] !== SEAL_VERSION) return null;
  const nonce = sealed.subarray(1, 1 + NONCE_LENGTH);
  const decipher = createDecipheriv('aes-256-gcm', secrets.sealKey, nonce, {
    authTagLength: TAG_LENGTH,
  })
    .setAAD(hash)
    .setAuthTag(sealed.subarray(1 + NONCE_LENGTH, HEADER_LENGTH));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_LENGTH)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function derive(secret: string, purpose: string): Uint8Array {
  if (secret.length < SHORTEST_SECRET) throw new RangeError(`The secret for "${purpose}" is too short.`);
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, KEY_LENGTH));
}
