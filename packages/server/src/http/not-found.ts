import type { FastifyReply, FastifyRequest } from 'fastify';
import { plainPage, sendPage } from './plain-page.ts';

/** What fastify reports of a request that it cannot route, such as one with a broken percent sign. */
interface RoutingError extends Error {
  readonly statusCode?: number;
}

/** Answers an address that no group of routes knows: a page for people, the common shape of refusals for programs. */
export async function answerNotFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (wantsPage(request)) return sendPage(reply, 404, NOT_FOUND_PAGE);
  return reply.code(404).send({
    detail: 'There is nothing at this address.',
    code: 'address_unknown',
    hint: 'Reports are sent to /upload/coverage, results are read under /api/v2 (see /api/openapi.json).',
  });
}

/** Answers a request whose address is malformed, before any route is known. The address itself may hold a token: it is not repeated. */
export function answerMalformed(error: RoutingError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(error.statusCode ?? 400).send({
    detail: 'The address of this request is malformed.',
    code: 'address_malformed',
    hint: 'Percent-encode names in it as UTF-8: % itself is %25.',
  });
}

// Browsers name text/html; the uploaders and curl take anything.
function wantsPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
}

const NOT_FOUND_PAGE = plainPage(
  'Not found · Thatch',
  `<p class="lead">There is no page at this address.</p>
<p class="note">This version shows coverage through its <a href="/api/openapi.json">REST API</a> and its commands. The
<a href="/">first page</a> says how to send a report and how to read it.</p>`,
);
