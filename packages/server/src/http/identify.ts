import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import type { ApiAuthentication } from '../auth/api-principal.ts';
import { SESSION_COOKIE } from '../auth/sessions.ts';

/**
 * Who sends a request: by its `Authorization`, else by the cookie of the pages (public-api §1.2). A wrong token is refused even beside a
 * good cookie; a cookie of no session is as none.
 */
export async function identify(
  { authenticate, sessions }: Pick<App, 'authenticate' | 'sessions'>,
  request: FastifyRequest,
): Promise<ApiAuthentication> {
  const known = await authenticate(request.headers.authorization);
  if (known.kind === 'refused' || known.principal.kind !== 'anonymous') return known;
  const cookie = request.cookies[SESSION_COOKIE];
  const person = cookie === undefined ? null : await sessions.find(cookie);
  return person === null ? known : { kind: 'principal', principal: person };
}
