import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** OWASP's scrypt setting for 32 MiB: as dear as the larger ones, and ten people may log in at once on a small machine. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const SALT_LENGTH = 16;
const HASH_LENGTH = 32;
const MOST_MEMORY = 256 * 1024 * 1024;

/** The least number of characters of a password (NIST SP 800-63B §5.1.1). */
export const SHORTEST_PASSWORD = 8;
/** The least of one that somebody chooses in a browser (web-ui §3.1). */
export const SHORTEST_CHOSEN_PASSWORD = 12;
/** Longer ones are refused, as hashing them would be a way to keep the server busy. */
export const LONGEST_PASSWORD = 1024;

/** Why a password is not taken, as a sentence; null when it is. */
export function refusePassword(password: string, shortest = SHORTEST_PASSWORD): string | null {
  if (password.length < shortest) return `The password has fewer than ${shortest} characters.`;
  if (password.length > LONGEST_PASSWORD) return `The password has more than ${LONGEST_PASSWORD} characters.`;
  return null;
}

/** The text to store: `scrypt$N$r$p$SALT$HASH`, base64url; cost and salt travel with it, so the cost can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const hash = await stretch(password, salt, HASH_LENGTH, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether the password is the stored one. An account without a password, or none at all (`stored` null), costs the same time
 * and is never right, so that names cannot be found by timing.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = stored === null ? null : parse(stored);
  const { salt, hash, cost } = parsed ?? NOBODY;
  const candidate = await stretch(password.slice(0, LONGEST_PASSWORD + 1), salt, hash.length, cost);
  return timingSafeEqual(candidate, hash) && parsed !== null && password.length <= LONGEST_PASSWORD;
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface StoredPassword {
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly cost: Cost;
}

const NOBODY: StoredPassword = {
  salt: Buffer.alloc(SALT_LENGTH),
  hash: Buffer.alloc(HASH_LENGTH),
  cost: COST,
};

function parse(stored: string): StoredPassword | null {
  const match = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]{43,})$/.exec(stored);
  if (match === null) return null;
  const [, N, r, p, salt, hash] = match;
  return {
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
    cost: { N: Number(N), r: Number(r), p: Number(p) },
  };
}

// NFKC: the same password typed on two keyboards is the same bytes (NIST SP 800-63B §5.1.1.2).
function stretch(password: string, salt: Buffer, length: number, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, length, { ...cost, maxmem: MOST_MEMORY }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
