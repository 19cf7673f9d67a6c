/** What an operation answers: a value, a text that is made as it is sent, or a failure. */
export type ApiAnswer =
  | { readonly kind: 'json'; readonly value: unknown; readonly headers?: Readonly<Record<string, string>> }
  | StreamedAnswer
  | ApiFailure;

/** A JSON text that may be many megabytes long. */
export interface StreamedAnswer {
  readonly kind: 'streamed';
  /** Tells all that the text depends on: equal tags, equal texts. */
  readonly tag: string;
  /** Called only if the text is wanted. */
  readonly open: () => Promise<OpenText>;
}

/** A text that is being made, and what to give back when it ended or nobody wants the rest. */
export interface OpenText {
  readonly pieces: AsyncIterable<string>;
  readonly release: () => void;
}

/** A request that is not answered as wished. */
export interface ApiFailure {
  readonly kind: 'failure';
  readonly status: number;
  /** Stable, for machines; shown in problem documents. */
  readonly code: string;
  readonly detail: string;
  /** How the compatible addresses word it (public-api §1.7). */
  readonly shape:
    | { readonly kind: 'detail' }
    | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, readonly string[]>> }
    | { readonly kind: 'list' }
    | { readonly kind: 'error' };
  readonly headers?: Readonly<Record<string, string>>;
}

/** `{"detail": …}`. */
export function failure(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): ApiFailure {
  return { kind: 'failure', status, code, detail, shape: { kind: 'detail' }, headers };
}

/** 400 `{"<parameter>": ["…"]}`. */
export function invalidFields(fields: Readonly<Record<string, readonly string[]>>): ApiFailure {
  const detail = Object.entries(fields)
    .map(([name, texts]) => `${name}: ${texts.join(' ')}`)
    .join(' ');
  return { kind: 'failure', status: 400, code: 'parameter_invalid', detail, shape: { kind: 'fields', fields } };
}

/** 400 `["…"]`. */
export function invalidList(detail: string): ApiFailure {
  return { kind: 'failure', status: 400, code: 'parameter_invalid', detail, shape: { kind: 'list' } };
}

/** The same for what is not there and what the caller may not know of (public-api §1.3). */
export const NOT_FOUND = failure(404, 'not_found', 'Not found.');

/** No route has this path. */
export const NO_PAGE: ApiFailure = {
  kind: 'failure',
  status: 404,
  code: 'path_unknown',
  detail: 'Page Not Found (404)',
  shape: { kind: 'error' },
};

/** Our own fault. */
export const SERVER_ERROR: ApiFailure = {
  kind: 'failure',
  status: 500,
  code: 'internal_error',
  detail: 'Server Error (500)',
  shape: { kind: 'error' },
};

/** The body of a failure in the words of the compatible addresses. */
export function compatibleBody({ shape, detail }: ApiFailure): unknown {
  if (shape.kind === 'fields') return shape.fields;
  if (shape.kind === 'list') return [detail];
  return shape.kind === 'error' ? { error: detail } : { detail };
}

/** The body of a failure as RFC 9457 has it, with our stable code (public-api §4.1). */
export function problemBody({ status, code, detail, shape }: ApiFailure): unknown {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    code,
    detail,
    ...(shape.kind === 'fields' ? { errors: shape.fields } : {}),
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
