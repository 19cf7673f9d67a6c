import type { FastifyInstance, FastifyRequest } from 'fastify';
import { stringify } from 'yaml';
import { openApiDocument, VERSION_2, WHOLE } from './openapi.ts';
import type { Operation } from './operation.ts';
import { respondText } from './respond.ts';

/** The documents that describe the API, for everybody (public-api §1.8, §4.6). They are made when first asked for. */
export function documentRoutes(fastify: FastifyInstance, operations: readonly Operation[]): void {
  const whole = once(() => JSON.stringify(openApiDocument(operations, WHOLE)));
  const version2 = once(() => openApiDocument(operations, VERSION_2));
  const version2Json = once(() => JSON.stringify(version2()));
  const version2Yaml = once(() => stringify(version2(), { aliasDuplicateObjects: false }));

  fastify.get('/api/openapi.json', async (request, reply) => respondText(request, reply, 'application/json', whole()));
  for (const url of ['/api/v2/schema', '/api/v2/schema/']) {
    fastify.get(url, async (request, reply) =>
      wantsJson(request)
        ? respondText(request, reply, 'application/json', version2Json())
        : respondText(request, reply, 'application/yaml; charset=utf-8', version2Yaml()),
    );
  }
}

function wantsJson(request: FastifyRequest): boolean {
  const { format } = request.query as { readonly format?: unknown };
  if (format === 'json' || format === 'yaml') return format === 'json';
  return /\bapplication\/(\w+\.)*(\w+\+)?json\b/.test(request.headers.accept ?? '');
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
