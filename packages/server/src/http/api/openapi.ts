import { z } from 'zod';
import { SHAPES } from '../../presenters/shape.ts';
import { PROGRAM_VERSION } from '../../version.ts';
import type { Operation } from './operation.ts';

/** A document of OpenAPI 3.1, as plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** Which operations a document describes. */
export interface DocumentScope {
  /** Its addresses begin with this. */
  readonly prefix: string;
  readonly title: string;
  readonly version: string;
}

/** Everything: v2 and our own. */
export const WHOLE: DocumentScope = { prefix: '/api/', title: 'Thatch API', version: PROGRAM_VERSION };
/** What clients of the compatible system know (public-api §1.8). */
export const VERSION_2: DocumentScope = { prefix: '/api/v2/', title: 'Thatch API v2', version: '2.0.0' };

/**
 * Describes operations from the schemas that check their queries and answers (public-api §4.6). Parameters that take the rest of a path
 * are plain ones here: OpenAPI has no word for them.
 */
export function openApiDocument(operations: readonly Operation[], scope: DocumentScope): OpenApiDocument {
  const described = operations.filter(({ path }) => path.startsWith(scope.prefix));
  return {
    openapi: '3.1.0',
    info: { title: scope.title, version: scope.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    paths: Object.fromEntries(described.map((operation) => [pathOf(operation), { get: describe(operation) }])),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token.' } },
      schemas: { ...shapes(described), ...FAILURE_SHAPES },
    },
  };
}

function describe(operation: Operation): Record<string, unknown> {
  return {
    operationId: operation.id,
    summary: operation.summary,
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    responses: {
      200: { description: 'The answer.', content: jsonOf(nameOf(operation.answer)) },
      304: { description: 'The client has it already (`If-None-Match`).' },
      ...Object.fromEntries(failuresOf(operation).map((status) => [status, describeFailure(operation, status)])),
    },
  };
}

function pathOf({ path }: Operation): string {
  return path.replace('*}', '}');
}

function pathParameters({ path }: Operation): unknown[] {
  return [...path.matchAll(/\{(\w+)(\*?)\}/g)].map(([, name, rest]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: rest === '' ? PATH_WORDS[name] : `${PATH_WORDS[name]} Slashes may stay as they are.`,
  }));
}

const PATH_WORDS: Readonly<Record<string, string>> = {
  service: 'Long or short name of the provider, `github` or `gh`.',
  owner: 'Name of the owner; groups joined by `:`.',
  repo: 'Name of the repository.',
  sha: 'Commit, whole or its only beginning of at least 7 digits.',
  name: 'Name of the branch.',
  path: 'Path of the file in the repository.',
};

function queryParameters({ query }: Operation): unknown[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...rest } = toJsonSchema(schema);
    return { name, in: 'query', required: false, ...(description === undefined ? {} : { description }), schema: rest };
  });
}

function failuresOf({ failures, query }: Operation): number[] {
  const ofParameters = Object.keys(query.shape).length > 0 ? [400] : [];
  return [...new Set([...ofParameters, ...failures, 401, 429])].sort((left, right) => left - right);
}

const FAILURE_WORDS: Readonly<Record<number, string>> = {
  400: 'A parameter is wrong.',
  401: 'The token is unknown, expired or malformed, or one is needed.',
  403: 'The token or the role does not reach that far.',
  404: 'There is no such thing, or the caller may not know of it.',
  429: 'Too many requests; `Retry-After` says when to come again.',
};

function describeFailure({ path }: Operation, status: number): unknown {
  const description = FAILURE_WORDS[status];
  const problem = { 'application/problem+json': { schema: refTo('Problem') } };
  if (path.startsWith('/api/thatch/')) return { description, content: problem };
  return { description, content: { ...jsonOf(status === 400 ? 'InvalidParameters' : 'Failure'), ...problem } };
}

const FAILURE_SHAPES = {
  Failure: {
    type: 'object',
    properties: { detail: { type: 'string' } },
    required: ['detail'],
    additionalProperties: false,
  },
  InvalidParameters: {
    description: 'Sentences by parameter; for a value out of its range a list of sentences.',
    anyOf: [
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
      { type: 'array', items: { type: 'string' } },
    ],
  },
  Problem: {
    description: 'RFC 9457.',
    type: 'object',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', description: 'Stable.' },
      detail: { type: 'string' },
      errors: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    },
    required: ['type', 'title', 'status', 'code', 'detail'],
    additionalProperties: false,
  },
};

/** Shapes that the answers of the operations are made of, directly or not. */
function shapes(operations: readonly Operation[]): Record<string, unknown> {
  const all = allShapes();
  const used = new Set<string>();
  const waiting = operations.map(({ answer }) => nameOf(answer));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    for (const [, other] of JSON.stringify(all[name]).matchAll(/#\/components\/schemas\/(\w+)/g)) waiting.push(other);
  }
  return Object.fromEntries([...used].sort().map((name) => [name, all[name]]));
}

function allShapes(): Record<string, unknown> {
  const { schemas } = z.toJSONSchema(SHAPES, { io: 'output', uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...shape }]) => [name, withoutSafeBounds(shape)]),
  );
}

function toJsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return withoutSafeBounds(rest) as Record<string, unknown>;
}

/** The bounds of JavaScript's whole numbers say nothing about an answer. */
function withoutSafeBounds(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      (key === 'maximum' || key === 'minimum') && Math.abs(each as number) === Number.MAX_SAFE_INTEGER
        ? undefined
        : each,
    ),
  );
}

function nameOf(schema: z.ZodType): string {
  const name = SHAPES.get(schema)?.id;
  if (name === undefined) throw new Error('the shape of an answer has no public name');
  return name;
}

function jsonOf(name: string): Record<string, unknown> {
  return { 'application/json': { schema: refTo(name) } };
}

function refTo(name: string): unknown {
  return { $ref: `#/components/schemas/${name}` };
}
