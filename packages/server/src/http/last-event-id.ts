import type { FastifyRequest } from 'fastify';

/** The number of the event that a client saw last: the header a browser sends, or the query where it cannot. Null when it is none. */
export function lastEventId({ headers, query }: FastifyRequest): number | null {
  const { last_event_id: ofQuery } = query as { readonly last_event_id?: unknown };
  const text = headers['last-event-id'] ?? ofQuery;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
