import type { JSONWebKeySet } from 'jose';

/** Where the keys of an issuer are. */
export type KeyLocation =
  | { readonly kind: 'address'; readonly url: string }
  /** `jwks_uri` of `<issuer>/.well-known/openid-configuration`, on the issuer's own origin. */
  | { readonly kind: 'discovery'; readonly issuer: string };

export type KeysAnswer =
  | { readonly kind: 'keys'; readonly keys: JSONWebKeySet }
  | { readonly kind: 'unreachable'; readonly reason: string };

const FRESH_MS = 60 * 60 * 1000;
const STALE_MS = 24 * 60 * 60 * 1000;
/** An unknown key id leads to at most one fetch in this time (upload-protocol §2.4). */
const REFETCH_MS = 60 * 1000;
/** After a failure, as long: a dead issuer must not slow every upload down. */
const RETRY_MS = 10 * 1000;
const TIME_LIMIT_MS = 5000;
const MOST_BYTES = 256 * 1024;

/**
 * The public keys of one configured issuer: cached an hour, served up to a day while the issuer does not answer, fetched again
 * for an unknown key id at most once a minute (providers §7). Only the configured address is ever asked: no redirect, https
 * unless it is this machine, 256 KiB, 5 s.
 */
export class IssuerKeys {
  private readonly location: KeyLocation;
  private readonly clock: () => number;
  private cached: { readonly keys: JSONWebKeySet; readonly at: number } | null = null;
  private lastAttempt: { readonly at: number; readonly failure: string | null } | null = null;
  private running: Promise<KeysAnswer> | null = null;

  constructor(location: KeyLocation, clock: () => number) {
    this.location = location;
    this.clock = clock;
  }

  /** The keys to check a token with that names this key id (undefined: names none). */
  async keysFor(keyId: string | undefined): Promise<KeysAnswer> {
    const { cached } = this;
    const age = cached === null ? Infinity : this.clock() - cached.at;
    if (cached !== null && age < FRESH_MS && hasKey(cached.keys, keyId)) return { kind: 'keys', keys: cached.keys };
    const answer = this.mayFetch() ? await this.fetchOnce() : null;
    if (answer?.kind === 'keys') return answer;
    if (cached !== null && age < STALE_MS) return { kind: 'keys', keys: cached.keys };
    return answer ?? { kind: 'unreachable', reason: this.lastAttempt?.failure ?? 'not asked again within a minute' };
  }

  private mayFetch(): boolean {
    if (this.running !== null || this.lastAttempt === null) return true;
    const pause = this.lastAttempt.failure === null ? REFETCH_MS : RETRY_MS;
    return this.clock() - this.lastAttempt.at >= pause;
  }

  // Everybody who needs the keys at the same moment waits for the same request.
  private fetchOnce(): Promise<KeysAnswer> {
    this.running ??= this.fetchKeys().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async fetchKeys(): Promise<KeysAnswer> {
    const at = this.clock();
    try {
      const keys = readKeySet(await fetchJson(await this.address()));
      this.cached = { keys, at };
      this.lastAttempt = { at, failure: null };
      return { kind: 'keys', keys };
    } catch (error) {
      const reason = describe(error);
      this.lastAttempt = { at, failure: reason };
      return { kind: 'unreachable', reason };
    }
  }

  private async address(): Promise<string> {
    if (this.location.kind === 'address') return this.location.url;
    const { issuer } = this.location;
    const found = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const uri = (found as { jwks_uri?: unknown } | null)?.jwks_uri;
    if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('its discovery document has no jwks_uri');
    if (new URL(uri).origin !== new URL(issuer).origin) throw new Error('its jwks_uri leads to another host');
    return uri;
  }
}

function hasKey(keys: JSONWebKeySet, keyId: string | undefined): boolean {
  return keyId === undefined || keys.keys.some((key) => key.kid === keyId);
}

function readKeySet(value: unknown): JSONWebKeySet {
  const keys = (value as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('its answer is not a set of keys');
  // Symmetric keys have no place in a public set; with one, "signed by the issuer" would mean nothing.
  const asymmetric = keys.filter((key) => typeof key === 'object' && key !== null && key.kty !== 'oct');
  return { keys: asymmetric };
}

async function fetchJson(address: string): Promise<unknown> {
  const url = new URL(address);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isAllowed || url.username !== '' || url.password !== '') throw new Error('its address is not https');
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`it answered ${answer.status}`);
  }
  return JSON.parse(await readBounded(answer));
}

async function readBounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('its answer is larger than 256 KiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'it did not answer';
  if (error.name === 'TimeoutError') return 'it did not answer within 5 s';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`.slice(0, 300);
}
