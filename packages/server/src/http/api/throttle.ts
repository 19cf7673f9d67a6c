import type { FastifyRequest } from 'fastify';
import type { ApiPrincipal } from '../../auth/api-principal.ts';
import { networkOf } from '../../auth/network.ts';
import { RateLimit } from '../../auth/rate-limit.ts';
import { failure, type ApiFailure } from './answer.ts';

/** Says whether a caller asks too often; null when not. */
export type Throttle = (request: FastifyRequest, principal: ApiPrincipal | null) => ApiFailure | null;

/** So many callers are remembered. */
const MOST_CALLERS = 20_000;

/** At once at most a third of what a minute allows: 200 of 600 (public-api §1.8). */
const BURST_PART = 3;

/**
 * A bucket for each token, and for each address (of IPv6: network) of those without one or with a wrong one.
 *
 * @param perMinute 0 = no limit
 */
export function makeThrottle(perMinute: number, clock: () => number = () => performance.now()): Throttle {
  if (perMinute <= 0) return () => null;
  const most = Math.max(1, Math.floor(perMinute / BURST_PART));
  const limit = new RateLimit({ most, seconds: (60 * most) / perMinute, keys: MOST_CALLERS, clock });
  return (request, principal) => {
    const answer = limit.take(keyOf(request, principal));
    if (answer.kind === 'allowed') return null;
    const seconds = answer.retryAfterSeconds;
    return failure(429, 'throttled', `Request was throttled. Expected available in ${seconds} seconds.`, {
      'retry-after': String(seconds),
    });
  };
}

function keyOf({ ip }: FastifyRequest, principal: ApiPrincipal | null): string {
  if (principal?.kind === 'user') return `${principal.by.kind} ${principal.by.id}`;
  return principal?.kind === 'super' ? 'super' : `address ${networkOf(ip)}`;
}
