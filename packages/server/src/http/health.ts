import type { FastifyInstance, FastifyReply } from 'fastify';
import { PROGRAM_VERSION } from '../version.ts';
import type { ServerStatus } from './status.ts';

/** The health addresses of Codecov, which existing monitors ask (deployment §1): 200 while the database answers. */
const WITH_DATABASE = ['/health', '/health/', '/api_health', '/api_health/'];

/** Probes of the split services: 200 while this process serves. */
const WITHOUT_DATABASE = ['/gateway_health', '/gateway_health/', '/frontend_health', '/frontend_health/'];

/** Adds the health addresses. */
export async function healthRoutes(fastify: FastifyInstance, app: { readonly status: ServerStatus }): Promise<void> {
  for (const path of WITH_DATABASE) {
    fastify.get(path, QUIET, async (_request, reply) => {
      if (await app.status.databaseAnswers()) return live(reply);
      return reply
        .code(503)
        .header('retry-after', '5')
        .type('text/plain; charset=utf-8')
        .send('The database does not answer.');
    });
  }
  for (const path of WITHOUT_DATABASE) fastify.get(path, QUIET, async (_request, reply) => live(reply));
}

const QUIET = { config: { isProbe: true } };

function live(reply: FastifyReply): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .type('text/plain; charset=utf-8')
    .send(`${PROGRAM_VERSION} is live!`);
}
