/** What a refusal is about; stable, for machines and for the documentation. */
export type RefusalCode =
  | 'token_missing'
  | 'token_malformed'
  | 'token_wrong'
  | 'token_revoked'
  | 'token_expired'
  | 'token_of_another_repository'
  | 'token_is_api_token'
  | 'token_from_netrc'
  | 'oidc_refused'
  | 'oidc_commit_mismatch'
  | 'throttled'
  | 'service_unknown'
  | 'repository_unknown'
  | 'repository_ambiguous'
  | 'repository_required'
  | 'repository_deactivated'
  | 'request_invalid';

/** How the address that was called words its refusals: an object, a list of one sentence, or a line of plain text. */
export type RefusalShape = 'object' | 'list' | 'text';

/** A request that is not let in: which rule refused it and what to change, without telling whether a private repository exists. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: 400 | 401 | 403 | 404 | 429;
  readonly shape: RefusalShape;
  readonly code: RefusalCode;
  /** First sentence, in the words clients know where upload-protocol §1.5 lists them. */
  readonly detail: string;
  /** What to do. */
  readonly hint: string;
  readonly retryAfterSeconds: number | null;
}

/** An answer as bytes on the wire want it. */
export interface RefusalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The HTTP answer of a refusal (upload-protocol §1.4, §1.5). Text is one line without a final newline and never JSON: npm
 * codecov 3.8 dies on JSON.
 *
 * @param scheme what `WWW-Authenticate` of a 401 names: `Token` on upload addresses, `Bearer` on the REST API.
 */
export function answerRefusal(refusal: Refused, scheme: 'Token' | 'Bearer' = 'Token'): RefusalAnswer {
  const headers: Record<string, string> = {
    'content-type': refusal.shape === 'text' ? 'text/plain; charset=utf-8' : 'application/json',
  };
  if (refusal.status === 401) headers['www-authenticate'] = scheme;
  if (refusal.retryAfterSeconds !== null) headers['retry-after'] = String(refusal.retryAfterSeconds);
  return { status: refusal.status, headers, body: refusalBody(refusal) };
}

/** Words of upload-protocol §1.5 that clients and people search for. */
export const DETAILS = {
  tokenless: 'Not valid tokenless upload',
  failedToken:
    'Failed token authentication, please double-check that your repository token matches in the Codecov UI, or review the docs https://docs.codecov.com/docs/adding-the-codecov-token',
  expired: 'Token is expired.',
  globalUnknown: 'Could not find a repository, try using repo upload token',
  forbidden: 'You do not have permission to perform this action.',
  throttled: 'Request was throttled.',
  notFound: 'Repository not found.',
  unknownRepository: 'Repository not found',
  noCredentials: 'Authentication credentials were not provided.',
  invalidLegacy: 'Invalid request parameters',
  undetermined: 'Could not determine repo and owner',
  tooMany: 'Found too many repos',
} as const;

function refusalBody({ shape, detail, code, hint }: Refused): string {
  if (shape === 'object') return JSON.stringify({ detail, code, hint });
  if (shape === 'list') return JSON.stringify([detail]);
  return `${detail} [${code}]${hint === '' ? '' : ` ${hint}`}`;
}
