import { Readable } from 'node:stream';

/** One call to the server. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or how to begin the body anew for each attempt. */
  readonly body?: Uint8Array | (() => AsyncGenerator<Uint8Array>);
  /** Ends the call, and the pauses between attempts. */
  readonly signal?: AbortSignal;
}

/** What came of it. `answer` is any status but those that attempts were repeated for until none was left. */
export type CallResult =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** How this program reaches the world; tests hand in their own. */
export interface Network {
  readonly fetch: typeof fetch;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Told before each further attempt. */
  readonly onRetry?: (reason: string, milliseconds: number) => void;
}

/** Pauses between attempts, in milliseconds: half a minute in all, longer than a server or its database needs to restart. */
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000];
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 3;
const ANSWER_BYTES = 64 << 20;

/**
 * Sends a call until it is answered. Repeated after a refused or broken connection and after 500, 502, 503, 504 (and 429 with
 * `Retry-After`): every call of this program may be repeated without effect. Redirects that keep method and body are
 * followed on the same host only, because the token goes with them.
 */
export async function send(network: Network, call: Call): Promise<CallResult> {
  let address = call.address;
  let redirects = 0;
  let attempt = 0;
  for (;;) {
    const result = await sendOnce(network, { ...call, address });
    const target = result.kind === 'answer' ? redirection(result.status, result.headers, address) : null;
    if (target !== null) {
      if (target.hostname !== call.address.hostname) {
        return {
          kind: 'failed',
          reason: `the server sends us on to ${target.origin}: if that is right, use --url ${target.origin}`,
        };
      }
      if (++redirects > REDIRECTS) return { kind: 'failed', reason: 'the server sends us round in circles' };
      address = target;
      continue;
    }
    const trouble = retryReason(result);
    if (trouble === null || attempt >= PAUSES.length || call.signal?.aborted === true) return result;
    const pause = result.kind === 'answer' ? (retryAfter(result.headers) ?? PAUSES[attempt]) : PAUSES[attempt];
    attempt++;
    network.onRetry?.(trouble, pause);
    await network.pause(pause, call.signal);
  }
}

async function sendOnce(network: Network, call: Call): Promise<CallResult> {
  // An error of the body (a file that vanished) must not look like one of the connection.
  let bodyError: unknown = null;
  const stream = async function* (begin: () => AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* begin();
    } catch (error) {
      bodyError = error;
      throw error;
    }
  };
  try {
    const response = await network.fetch(call.address, {
      method: call.method,
      headers: call.headers,
      redirect: 'manual',
      signal: call.signal,
      ...(typeof call.body === 'function'
        ? {
            body: Readable.toWeb(Readable.from(stream(call.body), { objectMode: false })) as ReadableStream,
            duplex: 'half',
          }
        : { body: call.body as Uint8Array<ArrayBuffer> | undefined }),
    } as RequestInit);
    const text = await boundedText(response, ANSWER_BYTES);
    return { kind: 'answer', status: response.status, headers: response.headers, text };
  } catch (error) {
    if (bodyError !== null) return { kind: 'failed', reason: `cannot read a report: ${describeError(bodyError)}` };
    return { kind: 'failed', reason: describeError(error) };
  }
}

async function boundedText(response: Response, limit: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw new Error('the answer is longer than any answer of Thatch');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Where 307 and 308 lead; null for every other answer. 301 and 302 would turn the upload into an empty GET. */
function redirection(status: number, headers: Headers, from: URL): URL | null {
  const location = headers.get('location');
  if ((status !== 307 && status !== 308) || location === null || !URL.canParse(location, from)) return null;
  return new URL(location, from);
}

/** Why a call is worth repeating; null when its answer is final. */
function retryReason(result: CallResult): string | null {
  if (result.kind === 'failed') return isPassing(result.reason) ? result.reason : null;
  const { status, headers } = result;
  if (status === 500 || status === 502 || status === 503 || status === 504) return `the server answered ${status}`;
  return status === 429 && retryAfter(headers) !== null ? 'the server asks for patience (429)' : null;
}

function retryAfter(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, LONGEST_PAUSE) : null;
}

/** Connection troubles that a second attempt may not meet. A name that does not exist, a bad certificate stay as they are. */
const PASSING = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_|socket|terminated/;

function isPassing(reason: string): boolean {
  return PASSING.test(reason);
}

/** `fetch failed` says nothing; its cause does. */
export function describeError(error: unknown): string {
  const causes: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && causes.length < 4) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    const inner = current instanceof AggregateError ? current.errors.map(describeError).join(', ') : current.message;
    causes.push(inner.includes(code) ? inner : `${inner} (${code})`);
    current = current.cause;
  }
  const telling = causes.filter((text) => text !== 'fetch failed' && text !== '');
  return telling.join(': ') || String(error);
}
