import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import cookies from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { fastify, LogController } from 'fastify';
import type { Log } from '../observability/log.ts';
import { logAccess } from './access-log.ts';
import type { Listener } from './listener.ts';
import { answerMalformed, answerNotFound } from './not-found.ts';
import { withoutPrefix } from './prefix.ts';
import { withoutRepeatedSlashes } from './upload/slashes.ts';

/** Adds a group of routes. `app` is what the routes work with, passed on as it is. */
export type RoutePlugin<App> = (fastify: FastifyInstance, app: App) => Promise<void>;

/** What the HTTP side needs. */
export interface HttpOptions<App> {
  readonly listener: Listener;
  readonly log: Log;
  readonly routes: readonly RoutePlugin<App>[];
  readonly app: App;
  /** Proxies in front whose forwarded headers are believed, `setup.http.trusted_proxy_depth`. */
  readonly trustedProxyDepth: number;
  /** Path of the public address, `/thatch`; empty without one. */
  readonly prefix: string;
}

/** Names in paths may be long: groups of GitLab are nested up to twenty deep. */
const LONGEST_PARAMETER = 2048;

/**
 * Builds the HTTP server on the listening socket: every route plugin in a scope of its own, so that one group's parsers and hooks do not
 * reach another's. The socket hands over its requests with {@link Listener.open}, when all is ready.
 */
export async function buildHttp<App>(
  options: HttpOptions<App>,
): Promise<{ http: FastifyInstance; handle: RequestListener }> {
  let handle: RequestListener | null = null;
  const http = fastify({
    loggerInstance: options.log,
    logController: new QuietController({ requestIdLogLabel: 'request_id' }),
    genReqId: () => randomBytes(9).toString('base64url'),
    trustProxy: (_address, hop) => hop < options.trustedProxyDepth,
    frameworkErrors: answerMalformed,
    rewriteUrl: (request) => withoutRepeatedSlashes(withoutPrefix(request.url ?? '/', options.prefix)),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    serverFactory: (handler) => {
      handle = handler as RequestListener;
      return options.listener.server;
    },
  }) as unknown as FastifyInstance;
  logAccess(http);
  await http.register(cookies);
  http.setNotFoundHandler(answerNotFound);
  for (const routes of options.routes) {
    await http.register(async (scope) => routes(scope, options.app));
  }
  await http.ready();
  return { http, handle: handle as unknown as RequestListener };
}

// Fastify's own lines about requests hold raw addresses; what it says about errors stays.
class QuietController extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(): void {}

  override routeNotFound(): void {}
}
