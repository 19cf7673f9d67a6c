import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SetupConfig } from '../../config/config.ts';

const REQUEST_HEADERS = [
  'accept',
  'accept-encoding',
  'authorization',
  'baggage',
  'content-type',
  'dnt',
  'if-none-match',
  'origin',
  'thatch-extend',
  'token-type',
  'user-agent',
  'x-csrftoken',
  'x-requested-with',
].join(', ');

const EXPOSED_HEADERS = 'ETag, Retry-After, Thatch-Page-Size, WWW-Authenticate';

/** Browsers remember what they were told for a day. */
const HOLDS_SECONDS = 86_400;

/**
 * Every origin may read what anybody may read; the installation's own pages may also send credentials (public-api §1.8).
 */
export function allowOrigins(request: FastifyRequest, reply: FastifyReply, setup: SetupConfig): void {
  const { origin } = request.headers;
  void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
  if (origin === undefined || !ownOrigins(setup).includes(origin)) {
    void reply.header('access-control-allow-origin', '*');
    return;
  }
  void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
}

/** Whether a browser asks if it may send a request. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** Tells it what it may send. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', String(HOLDS_SECONDS))
    .send();
}

function ownOrigins({ codecovUrl, codecovDashboardUrl }: SetupConfig): string[] {
  return [codecovUrl, codecovDashboardUrl].flatMap((address) => (address === null ? [] : new URL(address).origin));
}
