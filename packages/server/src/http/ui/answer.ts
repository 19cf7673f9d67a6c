import type { FastifyReply } from 'fastify';
import type { ApiFailure } from '../api/answer.ts';

/** What an operation of the pages answers. */
export type UiAnswer =
  | { readonly kind: 'json'; readonly value: unknown; readonly status?: 200 | 201 }
  | { readonly kind: 'empty' }
  /** A text that is none of ours, such as source code. */
  | {
      readonly kind: 'bytes';
      readonly type: string;
      readonly bytes: Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A text that may be many megabytes long, made as it is sent. */
  | {
      readonly kind: 'stream';
      readonly type: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly pieces: Iterable<string> | AsyncIterable<string>;
      /** Called once, when the text ended or nobody wants the rest. */
      readonly release: () => void;
    }
  | UiFailure;

/** A request that is not answered as wished; becomes a `UiProblem`. */
export interface UiFailure {
  readonly kind: 'failure';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  /** The field of the body that is wrong. */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** 200 with a value of the contract. */
export function answer<Value>(value: Value): UiAnswer {
  return { kind: 'json', value };
}

/** 204. */
export const EMPTY: UiAnswer = { kind: 'empty' };

/** The same for what is not there and for what the caller may not know of (web-ui §2). */
export const NOT_THERE: UiFailure = {
  kind: 'failure',
  status: 404,
  code: 'not_found',
  detail: 'There is nothing here for you.',
};

/** A failure of the REST API's helpers, in the words of the pages. */
export function asUiFailure({ status, code, detail, shape, headers }: ApiFailure): UiFailure {
  if (status === 404) return NOT_THERE;
  const field = shape.kind === 'fields' ? Object.keys(shape.fields)[0] : undefined;
  return { kind: 'failure', status, code, detail, field, headers };
}

/** Sends a failure. */
export function sendFailure(reply: FastifyReply, failure: UiFailure, requestId: string): FastifyReply {
  const { status, code, detail, hint = null, field = null, headers = {} } = failure;
  return reply
    .code(status)
    .headers(headers)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(JSON.stringify({ code, detail, hint, field, request_id: requestId }));
}
