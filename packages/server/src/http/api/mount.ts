import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { failure, NO_PAGE, NOT_FOUND, type ApiAnswer } from './answer.ts';
import type { ApiContext, Call } from './context.ts';
import { crossOrigin, isPreflight } from './cors.ts';
import { identify } from '../identify.ts';
import { fromRefusal, type Operation } from './operation.ts';
import type { RawQuery } from './query.ts';
import { failureOf, respond, respondFailure } from './respond.ts';
import type { Throttle } from './throttle.ts';

/** Prepares a scope of routes of the REST API: headers of every answer, preflights, the wording of failures. */
export function prepareApiScope(fastify: FastifyInstance, { app }: ApiContext): void {
  const origins = crossOrigin(app.config.setup);
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers(SAFETY_HEADERS);
    origins.allow(request, reply);
    if (isPreflight(request)) return origins.answerPreflight(reply);
  });
  // No operation reads a body; one that comes is not an error.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, body, done) => {
    body.resume();
    done(null);
  });
  fastify.setErrorHandler(async (error: Error, request, reply) => {
    if (reply.raw.headersSent) return;
    return respondFailure(request, reply, failureOf(error, request), wordingOf(request));
  });
}

/** Adds an operation under its path, with and without a final slash, with and without `.json` (public-api §1.1). */
export function mountOperation(
  fastify: FastifyInstance,
  context: ApiContext,
  throttle: Throttle,
  operation: Operation,
): void {
  const answer = answerer(context, throttle);
  for (const url of addressesOf(operation.path)) {
    fastify.route({
      method: 'GET',
      url,
      handler: (request, reply) => answer(request, reply, operation.answerTo),
    });
    fastify.route({
      method: OTHER_METHODS,
      url,
      handler: (request, reply) => answer(request, reply, async () => refuseMethod(request, operation)),
    });
  }
}

/** Answers whatever else is asked for below a path. */
export function mountUnknown(fastify: FastifyInstance, path: string): void {
  fastify.all(path, async (request, reply) => respondFailure(request, reply, NO_PAGE, wordingOf(request)));
}

const OTHER_METHODS: HTTPMethods[] = ['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const SAFETY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  vary: 'Accept, Accept-Encoding, Authorization, Cookie, Origin',
};

function answerer(context: ApiContext, throttle: Throttle) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    answerTo: (call: Call<RawQuery>) => Promise<ApiAnswer>,
  ): Promise<FastifyReply> => {
    const wording = wordingOf(request);
    const known = await identify(context.app, request);
    const throttled = throttle(request, known.kind === 'principal' ? known.principal : null);
    if (throttled !== null) return respondFailure(request, reply, throttled, wording);
    if (known.kind === 'refused') return respondFailure(request, reply, fromRefusal(known), wording);
    if (known.principal.kind === 'super') {
      request.log.info({ audit: 'super_token.use', path: request.url.split('?')[0] }, 'the super token was used');
    }
    const names = Object.values(request.params as Readonly<Record<string, string>>);
    if (names.includes('')) return respondFailure(request, reply, NO_PAGE, wording);
    // The database has no NUL in its texts, so nothing there can be meant.
    if (names.some((name) => name.includes('\u0000'))) return respondFailure(request, reply, NOT_FOUND, wording);
    const query = request.query as RawQuery;
    const answer = await answerTo({
      ...context,
      request,
      principal: known.principal,
      query,
      isExtended: request.headers['thatch-extend'] === '1' || query['thatch'] === '1',
      parameter: (name) => parameterOf(request, name),
    });
    return respond(request, reply, answer, wording);
  };
}

/** Permission goes before methods: an address of a repository has none but GET for strangers and members alike (public-api §1.1). */
function refuseMethod({ method }: FastifyRequest, operation: Operation): ApiAnswer {
  const allow = 'GET, HEAD, OPTIONS';
  if (method === 'OPTIONS') return { kind: 'json', value: { name: operation.id }, headers: { allow } };
  if (operation.hidesMethods) return NOT_FOUND;
  return failure(405, 'method_not_allowed', `Method "${method}" not allowed.`, { allow });
}

function wordingOf(request: FastifyRequest): { readonly isProblem: boolean } {
  return { isProblem: request.url.startsWith('/api/thatch/') };
}

/** `{name}` as the framework writes it, in all accepted forms. A rest of the path takes its own slash and suffix. */
function addressesOf(path: string): string[] {
  const url = path.replace(/\{\w+\*\}$/, '*').replace(/\{(\w+)\}/g, ':$1');
  if (url.endsWith('*')) return [url];
  const endsInName = path.endsWith('}');
  return endsInName ? [url, `${url}/`] : [url, `${url}/`, `${url}.json`, `${url}.json/`];
}

function parameterOf(request: FastifyRequest, name: string): string {
  const parameters = request.params as Readonly<Record<string, string | undefined>>;
  return parameters[name] ?? parameters['*'] ?? '';
}
