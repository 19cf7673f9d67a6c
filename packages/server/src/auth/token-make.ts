import { randomInt, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const API_PREFIX = 'thatch_pat_';
const API_BODY = 40;
const API_CHECKSUM = 6;
const API_TOKEN = new RegExp(`^${API_PREFIX}[0-9A-Za-z]{${API_BODY + API_CHECKSUM}}$`);
const VISIBLE = 8;

/** A new upload token: a random UUID, as every client expects (upload-protocol §2.1). */
export function makeUploadToken(): string {
  return randomUUID();
}

/** A new API token: `thatch_pat_`, 40 random base62 characters (238 bits), 6 of checksum (public-api §4.5). */
export function makeApiToken(): string {
  const body = Array.from({ length: API_BODY }, () => BASE62[randomInt(BASE62.length)]).join('');
  return `${API_PREFIX}${body}${checksum(body)}`;
}

/**
 * Whether a text is an API token of ours, told by form and checksum without a look-up: scanners for leaked secrets and typing
 * errors are answered from this alone.
 */
export function isApiToken(text: string): boolean {
  if (!API_TOKEN.test(text)) return false;
  const body = text.slice(API_PREFIX.length, -API_CHECKSUM);
  return checksum(body) === text.slice(-API_CHECKSUM);
}

/** The beginning that stays visible in lists; never more than a quarter of the secret. */
export function visiblePrefix(token: string): string {
  const start = token.startsWith(API_PREFIX) ? API_PREFIX.length : 0;
  return token.slice(0, start + VISIBLE);
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let position = 0; position < API_CHECKSUM; position++) {
    text = BASE62[rest % BASE62.length] + text;
    rest = Math.floor(rest / BASE62.length);
  }
  return text;
}
