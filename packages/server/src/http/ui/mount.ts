import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SHORTEST_WORTH_PACKING, packingFor } from '../api/respond.ts';
import { fromRefusal } from '../api/operation.ts';
import type { RawQuery } from '../api/query.ts';
import { failureOf } from '../api/respond.ts';
import type { Throttle } from '../api/throttle.ts';
import { identify } from '../identify.ts';
import { prefixOf } from '../prefix.ts';
import { requestOrigin } from '../upload/address.ts';
import { asUiFailure, NOT_THERE, sendFailure, type UiAnswer, type UiFailure } from './answer.ts';
import type { UiContext, UiOperation } from './operation.ts';

/** Prepares a scope for the addresses of the pages: headers of every answer, JSON bodies, the wording of failures. */
export function prepareUiScope(fastify: FastifyInstance, build: () => string): void {
  fastify.addHook('onRequest', async (_request, reply) => {
    void reply.headers(SAFETY_HEADERS).header('thatch-build', build());
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: LONGEST_BODY },
    (_request, text, done) => {
      try {
        done(null, JSON.parse(text as string));
      } catch {
        done(Object.assign(new Error('The body is no JSON.'), { statusCode: 400, code: 'body_malformed' }));
      }
    },
  );
  fastify.setErrorHandler(async (error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (reply.raw.headersSent) return;
    const { statusCode } = error;
    const failure: UiFailure =
      statusCode !== undefined && statusCode < 500
        ? { kind: 'failure', status: statusCode, code: 'request_malformed', detail: error.message }
        : asUiFailure(failureOf(error, request));
    return sendFailure(reply, failure, request.id);
  });
}

/** Adds an operation of the pages. */
export function mountUi(
  fastify: FastifyInstance,
  context: UiContext,
  throttle: Throttle,
  operation: UiOperation,
): void {
  fastify.route({
    method: operation.method,
    url: `/api/ui${operation.path.replace(/\{\w+\*\}$/, '*').replace(/\{(\w+)\}/g, ':$1')}`,
    handler: async (request, reply) => {
      // Taken before anything is read: what comes later is told by events.
      if (operation.method === 'GET') void reply.header('thatch-events', context.app.events.told);
      const answer = await answerTo(context, throttle, operation, request, reply);
      return send(request, reply, answer);
    },
  });
}

/** Source texts are not sent this way: what pages say is short. */
const LONGEST_BODY = 256 * 1024;

const SAFETY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  vary: 'Accept-Encoding, Authorization, Cookie',
};

async function answerTo(
  context: UiContext,
  throttle: Throttle,
  operation: UiOperation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<UiAnswer> {
  if (operation.method !== 'GET' && !isSameOrigin(request, context)) return FOREIGN;
  const known = await identify(context.app, request);
  const throttled = throttle(request, known.kind === 'principal' ? known.principal : null);
  if (throttled !== null) return asUiFailure(throttled);
  if (known.kind === 'refused') return asUiFailure(fromRefusal(known));
  const parameters = request.params as Readonly<Record<string, string | undefined>>;
  // The database has no NUL in its texts, so nothing there can be meant.
  if (Object.values(parameters).some((text) => text?.includes('\u0000') === true)) return NOT_THERE;
  return operation.answerTo({
    ...context,
    request,
    principal: known.principal,
    query: request.query as RawQuery,
    body: request.body,
    parameter: (name) => parameters[name] ?? parameters['*'] ?? '',
    setCookie: (name, value, expires) => {
      const options = {
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecure(request),
        path: cookiePath(context),
      } as const;
      if (value === null) void reply.clearCookie(name, options);
      else void reply.setCookie(name, value, { ...options, expires });
    },
  });
}

/** A browser that came by https; a proxy in front need not say so, the origin of its page does. */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers.origin?.startsWith('https:') === true;
}

/** Other programs at the same host, beside the path of this installation, are not shown its cookies. */
function cookiePath({ app }: UiContext): string {
  return prefixOf(app.config.setup.codecovUrl) || '/';
}

/**
 * Whether a change comes from our own pages (web-ui §5). A browser always names the origin of such a request; what has no cookie to abuse
 * needs none: a program with a token, and one that names no origin and shows no cookie.
 */
function isSameOrigin(request: FastifyRequest, { app }: UiContext): boolean {
  const { origin, authorization, cookie } = request.headers;
  if (origin === undefined) return authorization !== undefined || cookie === undefined;
  const here = requestOrigin(request);
  // A proxy that ends TLS and does not say so: the page came by https from the host that this request names.
  if (origin === here.replace(/^http:/, 'https:')) return true;
  const own = [here, app.config.setup.codecovUrl, app.config.setup.codecovDashboardUrl];
  return own.some((address) => address !== null && new URL(address).origin === origin);
}

const FOREIGN: UiFailure = {
  kind: 'failure',
  status: 403,
  code: 'origin_foreign',
  detail: 'This request does not come from a page of this server.',
  hint: 'Open the page at the address of this installation (setup.codecov_url) and try again.',
};

async function send(request: FastifyRequest, reply: FastifyReply, answer: UiAnswer): Promise<FastifyReply> {
  if (answer.kind === 'failure') return sendFailure(reply, answer, request.id);
  if (answer.kind === 'stream') return sendStream(reply, answer);
  if (answer.kind === 'empty') return reply.code(204).header('cache-control', 'no-store').send();
  const bytes = answer.kind === 'bytes' ? answer.bytes : Buffer.from(JSON.stringify(answer.value));
  void reply.headers(answer.kind === 'bytes' ? (answer.headers ?? {}) : {});
  void reply.type(answer.kind === 'bytes' ? answer.type : 'application/json');
  if (request.method !== 'GET') {
    return reply
      .code(answer.kind === 'json' ? (answer.status ?? 200) : 200)
      .header('cache-control', 'no-store')
      .send(bytes);
  }
  const tag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  const packing = bytes.length < SHORTEST_WORTH_PACKING ? null : packingFor(request);
  if (packing === null) return reply.send(bytes);
  const packed = packing === 'zstd' ? await packZstd(bytes, ZSTD_LEVEL) : await packGzip(bytes);
  return reply.header('content-encoding', packing).send(packed);
}

function sendStream(reply: FastifyReply, answer: Extract<UiAnswer, { readonly kind: 'stream' }>): FastifyReply {
  const stream = Readable.from(answer.pieces, { objectMode: false });
  stream.once('close', answer.release);
  return reply.headers(answer.headers).header('cache-control', 'private, no-cache').type(answer.type).send(stream);
}

const packGzip = promisify<Uint8Array, Buffer>(gzip);
const packZstd = promisify<Uint8Array, object, Buffer>(zstdCompress);
const ZSTD_LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
