import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';
import { writeFileDurably } from './durable.ts';

/** Secrets that an installation generates for itself; each is 32 random bytes in base64url. */
export interface GeneratedSecrets {
  /** Signs the addresses for storing and fetching objects. */
  readonly signing_key: string;
  /** Keys the hashes under which tokens are stored. */
  readonly token_hash_key: string;
  /** Used for cookies while `setup.http.cookie_secret` is unset. */
  readonly cookie_secret: string;
  /** Encrypts forge tokens while `setup.encryption_secret` is unset. */
  readonly encryption_secret: string;
}

const NAMES = [
  'signing_key',
  'token_hash_key',
  'cookie_secret',
  'encryption_secret',
] as const satisfies readonly (keyof GeneratedSecrets)[];

/**
 * Reads `secrets.json` of the data folder; makes it (readable by its owner only) when it is missing, and adds secrets that a newer
 * program needs. A secret that is there is never replaced: stored hashes and encrypted values depend on it.
 */
export function loadSecrets(dataFolder: string): Outcome<GeneratedSecrets> {
  const path = join(dataFolder, 'secrets.json');
  const known = existsSync(path) ? readKnown(path) : {};
  if (known === null) {
    return refused(
      `${path} is not the JSON object of secrets that Thatch wrote there`,
      'Restore it from a backup. Without it every token must be made anew: then delete the file and start again.',
    );
  }
  const secrets = Object.fromEntries(NAMES.map((name) => [name, known[name] ?? randomBytes(32).toString('base64url')]));
  if (NAMES.some((name) => known[name] === undefined)) {
    writeFileDurably(path, `${JSON.stringify({ ...known, ...secrets }, null, 2)}\n`, 0o600);
  }
  return ok(secrets as unknown as GeneratedSecrets);
}

function readKnown(path: string): Partial<Record<string, string>> | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    const weak = NAMES.some((name) => name in parsed && !isSecret((parsed as Record<string, unknown>)[name]));
    return weak ? null : (parsed as Partial<Record<string, string>>);
  } catch {
    return null;
  }
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 32;
}
