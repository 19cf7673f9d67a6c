import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by machines every few seconds: logged only when it fails. */
    isProbe?: boolean;
  }
}

/**
 * Logs one line per answered request (deployment §2): the route's template, never the raw address, which may hold names and
 * tokens.
 */
export function logAccess(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.isProbe === true && reply.statusCode === 200) return;
    request.log.info(describe(request, reply), 'request');
  });
  fastify.addHook('onRequestAbort', async (request) => {
    request.log.info({ method: request.method, route: routeOf(request) }, 'request aborted by the client');
  });
}

function describe(request: FastifyRequest, reply: FastifyReply): object {
  return {
    method: request.method,
    route: routeOf(request),
    status: reply.statusCode,
    bytes_in: Number(request.headers['content-length'] ?? 0),
    bytes_out: Number(reply.getHeader('content-length') ?? 0),
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    remote_ip: request.ip,
    user_agent: request.headers['user-agent'],
  };
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
