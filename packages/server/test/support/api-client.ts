import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { TestServer } from './server.ts';

/** An answer of the REST API, checked against the document that the server gives of itself. */
export interface ApiAnswered {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers freely; their shape is checked by the document
  readonly body: any;
}

/** What to ask with. */
export interface Asking {
  /** Sent as `Bearer`. */
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for a path below the server's address; every JSON answer must be as the served document says (public-api §5, row 50). */
export type ApiClient = (path: string, asking?: Asking) => Promise<ApiAnswered>;

interface Described {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: Record<string, Response200> } }>>;
}

interface Response200 {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}

/** Makes a client that reads the document first. */
export async function makeApiClient(server: TestServer): Promise<ApiClient> {
  const described = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Described;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(described, 'document');
  return async (path, { token, method = 'GET', headers = {} } = {}) => {
    const response = await fetch(server.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const body: unknown = type.endsWith('json') && text !== '' ? JSON.parse(text) : text;
    if (method === 'GET' && type.endsWith('json'))
      expectDescribed(ajv, described, { path, status: response.status, type, body });
    return { status: response.status, headers: response.headers, body };
  };
}

interface Answered {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

function expectDescribed(ajv: Ajv2020, described: Described, { path, status, type, body }: Answered): void {
  const template = templateOf(described, decodeURI(path.split('?')[0]));
  // An address that no operation has is answered in words of its own.
  if (template === null) return;
  const reference = described.paths[template].get.responses[String(status)]?.content?.[type]?.schema.$ref;
  expect(reference, `${status} ${type} of ${template} is described`).toBeDefined();
  const validate = ajv.getSchema(`document${reference}`) as ValidateFunction;
  expect(validate(body), `${path}: ${JSON.stringify(validate.errors?.slice(0, 3))}`).toBe(true);
}

function templateOf({ paths }: Described, path: string): string | null {
  if (path.startsWith('/api/v2/schema')) return null;
  const fitting = Object.keys(paths).filter((template) => patternOf(template).test(path.replace(/(\.json)?\/?$/, '')));
  // The one with most fixed words is meant.
  return fitting.sort((left, right) => left.split('{').length - right.split('{').length)[0] ?? null;
}

function patternOf(template: string): RegExp {
  const pattern = template.replace(/\/(file_report|branches|lines)\/\{\w+\}$/, '/$1/.+').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`);
}
