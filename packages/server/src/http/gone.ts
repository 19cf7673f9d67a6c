import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** One for each connection, as many requests come over one. */
const signals = new WeakMap<Socket, AbortSignal>();

/** Aborted when the client of a request goes away: nobody is left to wait for. */
export function whenGone(request: FastifyRequest): AbortSignal {
  const { socket } = request.raw;
  const known = signals.get(socket);
  if (known !== undefined) return known;
  const controller = new AbortController();
  if (socket.destroyed) controller.abort();
  else socket.once('close', () => controller.abort());
  signals.set(socket, controller.signal);
  return controller.signal;
}
