import type { FastifyInstance } from 'fastify';
import type { App } from '../../src/app.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { healthRoutes } from '../../src/http/health.ts';
import { serve } from '../../src/main.ts';
import { ok } from '../../src/outcome.ts';
import { serveOptions } from '../../src/serve-settings.ts';

/*
 * A server whose POST /echo answers when its body ended, so that a test decides how long a request runs.
 * Arguments: data folder, milliseconds that running requests may take at the end, address of a database instead of the embedded one.
 */
const [, , dataDir, shutdownTimeoutMs, databaseUrl] = process.argv;
const options = serveOptions(defaultConfig(), dataDir, { host: '127.0.0.1', port: 0, logFormat: 'json' });
const status = await serve({ ...options, databaseUrl, shutdownTimeoutMs: Number(shutdownTimeoutMs) }, async () => ({
  // Of the rooms nothing is used here but that the pages are made ready, and the link of the first run.
  createApp: async (foundation) =>
    ok({ ...foundation, pages: { prepare: async () => {} }, firstRun: { link: 'unused' } } as unknown as App),
  plugins: [healthRoutes, echoRoutes],
}));
process.exit(status);

async function echoRoutes(fastify: FastifyInstance): Promise<void> {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
  fastify.route({
    method: 'POST',
    url: '/echo',
    handler: async (request) => {
      let length = 0;
      for await (const chunk of request.raw) length += (chunk as Buffer).length;
      return { length };
    },
  });
  fastify.route({
    method: 'POST',
    url: '/refuse',
    handler: async (_request, reply) => reply.code(401).send({ detail: 'no' }),
  });
}
