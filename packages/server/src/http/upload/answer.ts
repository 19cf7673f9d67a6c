import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** An answer as the wire wants it: what handlers of the upload addresses return. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** An object or list as JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** What a refusal may say beside its first sentence (upload-protocol §1.5). */
export interface Explanation {
  readonly code: string;
  readonly hint: string;
}

/** `{"detail": …}`: the usual shape of refusals; clients know the sentence, people read the hint. */
export function detail(status: number, sentence: string, explanation?: Explanation): Answer {
  return json(status, { detail: sentence, ...explanation });
}

/** `["…"]`: refusals about what the path names. */
export function sentence(status: number, text: string): Answer {
  return json(status, [text]);
}

/** `{"field": ["…"]}`: refusals about the body, 400. */
export function fieldErrors(errors: Readonly<Record<string, readonly string[]>>): Answer {
  return json(400, errors);
}

/** One line of plain text without a line feed. */
export function text(status: number, line: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: line };
}

/** An answer without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

/** Sends it. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}
