import type { Kysely } from 'kysely';
import type { TokenWithTarget } from '../database/queries/tokens.ts';
import { findTokensByHash } from '../database/queries/tokens.ts';
import type { Database } from '../database/tables.ts';
import type { Service } from '../names.ts';
import type { OidcIdentity } from './oidc-claims.ts';
import type { OidcVerifier } from './oidc.ts';
import type { RefusalCode } from './refusal.ts';
import type { PresentedToken, TokenPresentation } from './token-forms.ts';
import type { TokenSecrets } from './token-hash.ts';
import { hashToken, looksLikeJwt, parseUuid } from './token-hash.ts';
import { isApiToken } from './token-make.ts';

/** `global_upload_token` of a provider section (install-config §6). */
export interface ConfiguredGlobalToken {
  readonly service: Service;
  readonly token: string;
}

/** What the presented token turned out to be. */
export type TokenFinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly detail: string }
  /** `service` null: the request's own service counts; `row` null: from the configuration. */
  | { readonly kind: 'global'; readonly service: Service | null; readonly row: TokenWithTarget | null }
  | { readonly kind: 'owner'; readonly row: TokenWithTarget }
  | { readonly kind: 'repository'; readonly row: TokenWithTarget }
  | { readonly kind: 'oidc'; readonly identity: OidcIdentity }
  | WrongToken;

/** A token was there and opens nothing. */
export interface WrongToken {
  readonly kind: 'wrong';
  readonly code: RefusalCode;
  readonly hint: string;
  readonly looksLike: 'uuid' | 'jwt' | 'text';
  /** First four characters, all that an answer may show (upload-protocol §2.3). */
  readonly beginning: string;
}

export interface TokenFinderOptions {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  readonly globalTokens: readonly ConfiguredGlobalToken[];
  readonly oidc: OidcVerifier;
  readonly clock: () => number;
}

export type TokenFinder = (presentation: TokenPresentation) => Promise<TokenFinding>;

/**
 * Makes the look-up of presented tokens. Every request asks the database (one indexed read), nothing is cached: a token that
 * was revoked, from the shell or on another node, opens nothing from that moment on.
 */
export function createTokenFinder(options: TokenFinderOptions): TokenFinder {
  const configured = new Map(
    options.globalTokens.map(({ service, token }) => [hexHash(options.secrets, token), service] as const),
  );
  return async (presentation) => {
    if (presentation.kind !== 'presented') return presentation;
    const candidates = presentation.tokens.map((token) => ({
      ...token,
      hash: hashToken(options.secrets, token.token),
    }));
    for (const { hash } of candidates) {
      const service = configured.get(hash.toString('hex'));
      if (service !== undefined) return { kind: 'global', service, row: null };
    }
    const stored = candidates.filter(({ token }) => !looksLikeJwt(token));
    const rows =
      stored.length === 0
        ? []
        : await findTokensByHash(
            options.database,
            stored.map(({ hash }) => hash),
          );
    return judge(options, candidates, rows);
  };
}

interface Candidate extends PresentedToken {
  readonly hash: Buffer;
}

// The first that opens something counts; if none does, the first that can be explained.
async function judge(
  options: TokenFinderOptions,
  candidates: readonly Candidate[],
  rows: readonly TokenWithTarget[],
): Promise<TokenFinding> {
  const wrong: WrongToken[] = [];
  for (const candidate of candidates) {
    const row = rows.find(({ hash }) => candidate.hash.equals(hash));
    const finding =
      row === undefined ? await judgeUnstored(options, candidate) : judgeRow(row, candidate, options.clock());
    if (finding === null) continue;
    if (finding.kind !== 'wrong') return finding;
    wrong.push(finding);
  }
  return (
    wrong.find(({ code }) => code !== 'token_wrong' && code !== 'token_from_netrc') ?? wrong[0] ?? { kind: 'none' }
  );
}

function judgeRow(row: TokenWithTarget, candidate: Candidate, now: number): TokenFinding | null {
  // Only the check for global tokens ignores the scheme (upload-protocol §2.1).
  if (candidate.form === 'other' && row.kind !== 'global') return null;
  if (row.kind === 'api') {
    return wrongToken(
      candidate,
      'token_is_api_token',
      "This is an API token. Uploads need the repository's upload token.",
    );
  }
  if (row.revoked_at !== null) {
    return wrongToken(candidate, 'token_revoked', 'This token was revoked. Use the token that replaced it.');
  }
  if (row.expires_at !== null && row.expires_at.getTime() <= now) {
    return wrongToken(
      candidate,
      'token_expired',
      `It ended on ${row.expires_at.toISOString().slice(0, 10)}. Make a new one.`,
    );
  }
  if (row.kind === 'global') return { kind: 'global', service: row.service as Service | null, row };
  return { kind: row.kind, row };
}

async function judgeUnstored({ oidc }: TokenFinderOptions, candidate: Candidate): Promise<TokenFinding | null> {
  if (candidate.form === 'other') return null;
  if (looksLikeJwt(candidate.token)) {
    const answer = await oidc(candidate.token);
    if (answer.kind === 'identity') return { kind: 'oidc', identity: answer.identity };
    return wrongToken(candidate, 'oidc_refused', `OIDC claim "${answer.claim}": ${answer.reason}`);
  }
  if (candidate.form === 'basic') {
    return wrongToken(
      candidate,
      'token_from_netrc',
      'The request carries HTTP Basic credentials that are no token of this installation. If you passed a token, an entry for this host ' +
        'in ~/.netrc replaced it: remove that entry, or put the token there as the password.',
    );
  }
  if (isApiToken(candidate.token)) {
    return wrongToken(
      candidate,
      'token_is_api_token',
      "This is an API token. Uploads need the repository's upload token.",
    );
  }
  return wrongToken(
    candidate,
    'token_wrong',
    'No token of this installation is equal to the one that was sent. Check that CI passes the whole token of this repository, from this server.',
  );
}

function wrongToken(candidate: Candidate, code: RefusalCode, hint: string): WrongToken {
  return { kind: 'wrong', code, hint, looksLike: form(candidate.token), beginning: candidate.token.slice(0, 4) };
}

function form(token: string): WrongToken['looksLike'] {
  if (parseUuid(token) !== null) return 'uuid';
  return looksLikeJwt(token) ? 'jwt' : 'text';
}

function hexHash(secrets: TokenSecrets, token: string): string {
  return hashToken(secrets, token).toString('hex');
}
