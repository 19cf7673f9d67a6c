import type { FastifyRequest } from 'fastify';

/** Aborted when the client of a request goes away: nobody is left to wait for. */
export function whenGone(request: FastifyRequest): AbortSignal {
  const controller = new AbortController();
  if (request.raw.socket.destroyed) controller.abort();
  else request.raw.socket.once('close', () => controller.abort());
  return controller.signal;
}
