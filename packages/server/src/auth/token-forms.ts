/** Where a request may carry a token; header values as received, the query's token already decoded. */
export interface TokenCarriers {
  readonly authorization?: string;
  /** `X-Upload-Token`. */
  readonly uploadTokenHeader?: string;
  /** `token=` of the query; to be given on legacy paths only, so that tokens do not enter new logs. */
  readonly queryToken?: string;
}

/** How a token came. `other` is an `Authorization` value of an unknown scheme: only a global token is looked for in it. */
export type TokenForm = 'query' | 'header' | 'token' | 'bearer' | 'basic' | 'other';

export interface PresentedToken {
  readonly form: TokenForm;
  readonly token: string;
}

/** What a request carries, in the order in which it is tried. */
export type TokenPresentation =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'presented'; readonly tokens: readonly PresentedToken[] };

export const NO_CREDENTIALS = 'Invalid token header. No credentials provided.';
export const HAS_SPACES = 'Invalid token header. Token string should not contain spaces.';

/**
 * Reads the token out of a request in every form of upload-protocol §2.1. Explicit forms come first: query, `Authorization:
 * token` and `Bearer`, `X-Upload-Token`; then HTTP Basic (user or password), which an HTTP library may have put there from a
 * `.netrc` (§6.3).
 *
 * @returns `malformed` with the exact words of §1.5 when there is an empty or spaced token and no other.
 */
export function readTokenPresentation(carriers: TokenCarriers): TokenPresentation {
  const authorization = readAuthorization(carriers.authorization);
  const explicit = [...plain('query', carriers.queryToken), ...plain('header', carriers.uploadTokenHeader)];
  const tokens =
    authorization.kind === 'tokens'
      ? [
          ...authorization.tokens.filter(isExplicit),
          ...explicit,
          ...authorization.tokens.filter((token) => !isExplicit(token)),
        ]
      : explicit;
  if (tokens.length > 0) return { kind: 'presented', tokens };
  return authorization.kind === 'malformed' ? { kind: 'malformed', detail: authorization.detail } : { kind: 'none' };
}

/**
 * The token of `Authorization: Bearer`, as the REST API takes it (public-api §1.2); other schemes count as no token there.
 */
export function readBearer(authorization: string | undefined): TokenPresentation {
  const read = readAuthorization(authorization);
  if (read.kind === 'malformed')
    return read.scheme === 'bearer' ? { kind: 'malformed', detail: read.detail } : { kind: 'none' };
  const tokens = read.tokens.filter((token) => token.form === 'bearer');
  return tokens.length === 0 ? { kind: 'none' } : { kind: 'presented', tokens };
}

/** A JWT is 1–2 KiB; nothing longer than this is looked at. */
const LONGEST_TOKEN = 16_384;

type Authorization =
  | { readonly kind: 'tokens'; readonly tokens: readonly PresentedToken[] }
  | { readonly kind: 'malformed'; readonly detail: string; readonly scheme: string };

function readAuthorization(value: string | undefined): Authorization {
  const words = (value ?? '').split(/[ \t]+/).filter((word) => word !== '');
  if (words.length === 0 || value === undefined || value.length > LONGEST_TOKEN) return { kind: 'tokens', tokens: [] };
  const scheme = words[0].toLowerCase();
  if (scheme === 'token' || scheme === 'bearer') {
    if (words.length === 1) return { kind: 'malformed', detail: NO_CREDENTIALS, scheme };
    if (words.length > 2) return { kind: 'malformed', detail: HAS_SPACES, scheme };
    return { kind: 'tokens', tokens: [{ form: scheme, token: words[1] }] };
  }
  if (scheme === 'basic') return { kind: 'tokens', tokens: words.length === 2 ? readBasic(words[1]) : [] };
  return { kind: 'tokens', tokens: [{ form: 'other', token: words[words.length - 1] }] };
}

function readBasic(credentials: string): PresentedToken[] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const parts = colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  return parts.filter((part) => part !== '').map((token) => ({ form: 'basic', token }));
}

function plain(form: TokenForm, value: string | undefined): PresentedToken[] {
  const token = value?.trim() ?? '';
  return token === '' || token.length > LONGEST_TOKEN ? [] : [{ form, token }];
}

function isExplicit({ form }: PresentedToken): boolean {
  return form === 'token' || form === 'bearer';
}
