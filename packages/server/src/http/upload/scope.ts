import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import type { App } from '../../app.ts';
import { isDatabaseAway } from '../../database/away.ts';
import { type Answer, detail, empty, send } from './answer.ts';
import { requestOrigin } from './address.ts';
import { isBodyKept } from './body.ts';

/** Answers one request. */
export type Handler = (app: App, request: FastifyRequest) => Promise<Answer>;

/** Methods that an address knows; every other is 405. */
export type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH', Handler>>;

/**
 * Prepares a scope of routes that speak the upload protocol: no body is read before a handler asks for it, no content type is refused by
 * the framework, errors have the protocol's shape, plain HTTP is sent to HTTPS by 308 where the installation wants that.
 */
export function prepareUploadScope(fastify: FastifyInstance, app: App): void {
  fastify.removeAllContentTypeParsers();
  // Whatever comes, with or without a type: the handler reads the stream itself, bounded.
  fastify.addContentTypeParser('*', (_request, _stream, done) => done(null, undefined));
  fastify.addHook('onRequest', async (request, reply) => {
    acceptAnyContentType(request);
    if (app.config.setup.http.forceHttps && request.protocol !== 'https') return send(reply, toHttps(request));
  });
  // What is left of a body that was answered before its end: unread it would stand in front of the connection's next request.
  fastify.addHook('onResponse', async ({ raw }) => {
    if (!raw.readableEnded) raw.resume();
  });
  fastify.setErrorHandler(async (error: Error & { readonly statusCode?: number }, request, reply) => {
    // The client has gone in the middle: nobody is left to be answered.
    if (request.socket.destroyed) return reply.hijack();
    return send(reply, answerError(error, request));
  });
}

/** Adds an address, with and without a final slash. */
export function addAddress(fastify: FastifyInstance, app: App, path: string, methods: Methods): void {
  const known = Object.entries(methods) as [HTTPMethods, Handler][];
  const others = ALL_METHODS.filter((method) => !(method in methods) && !(method === 'HEAD' && 'GET' in methods));
  for (const url of path.endsWith('*') ? [path] : [path, `${path}/`]) {
    for (const [method, handler] of known) {
      fastify.route({
        method,
        url,
        handler: async (request, reply) => send(reply, await patiently(app, request, handler)),
      });
    }
    fastify.route({
      method: others,
      url,
      handler: async (request, reply) =>
        send(
          reply,
          methodNotAllowed(
            request,
            known.map(([method]) => method),
          ),
        ),
    });
  }
}

/** A database that fails over or restarts is back within this time, mostly (deployment §10). */
const PATIENCE_MS = 3000;
const PAUSE_MS = 200;

/**
 * Runs a handler, and again while the database is away: every one may run twice, as a lost answer makes clients send twice too
 * (upload-protocol §5.2). Not once the bytes of a report have begun to flow: they come only once.
 */
async function patiently(app: App, request: FastifyRequest, handler: Handler): Promise<Answer> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await handler(app, request);
    } catch (error) {
      const canRepeat = !request.raw.readableDidRead || isBodyKept(request);
      if (request.socket.destroyed || !canRepeat || !isDatabaseAway(error) || performance.now() + PAUSE_MS > until)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Answers whatever else is asked for below a path: 404 with a reason (upload-protocol §1.4, better). */
export function addUnknown(fastify: FastifyInstance, path: string): void {
  fastify.route({
    method: ALL_METHODS,
    url: path,
    handler: async (_request, reply) =>
      send(
        reply,
        detail(404, 'There is no such upload address.', {
          code: 'address_unknown',
          hint: 'Compare the path with the documentation of your uploader, or send reports to /upload/coverage.',
        }),
      ),
  });
}

const ALL_METHODS: HTTPMethods[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function methodNotAllowed(request: FastifyRequest, allowed: readonly string[]): Answer {
  const answer = detail(405, `Method "${request.method}" not allowed.`);
  return { ...answer, headers: { ...answer.headers, allow: allowed.join(', ') } };
}

// The framework refuses a malformed type before it looks for a parser. Nothing here depends on the type being right.
function acceptAnyContentType({ raw }: FastifyRequest): void {
  const type = raw.headers['content-type'];
  if (type !== undefined && !/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;.*)?$/.test(type)) {
    raw.headers['content-type'] = 'application/octet-stream';
  }
}

// Only 308 keeps method and body with every client (upload-protocol §6.3).
function toHttps(request: FastifyRequest): Answer {
  const origin = new URL(requestOrigin(request));
  const isOwnPort = origin.port !== '' && origin.port !== '80';
  return empty(308, {
    location: `https://${origin.hostname}${isOwnPort ? `:${origin.port}` : ''}${request.raw.url ?? '/'}`,
  });
}

/** The answer of a request that threw: what the framework refuses as it says, a fault of ours as 500, a database that is away as 503. */
export function answerError(error: Error & { readonly statusCode?: number }, request: FastifyRequest): Answer {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return detail(status, error.message);
  request.log.error({ err: error }, 'a request failed');
  if (isDatabaseAway(error)) {
    const answer = detail(503, 'The database does not answer; nothing was stored. Try again in a few seconds.');
    return { ...answer, headers: { ...answer.headers, 'retry-after': '5' } };
  }
  return detail(500, 'The server failed to answer this request; its log names the cause.', {
    code: 'internal_error',
    hint: `Request ${request.id}.`,
  });
}
