import type { FastifyRequest } from 'fastify';
import { type Answer, detail, json } from './answer.ts';

/** The body of a request as fields, or the answer that says why it is none. */
export type Body =
  | { readonly kind: 'fields'; readonly fields: Fields; readonly isForm: boolean }
  | { readonly kind: 'unreadable'; readonly answer: Answer };

/** Fields as sent; of a form, a list of texts each. */
export type Fields = Readonly<Record<string, unknown>>;

/** These bodies hold names and an environment; reports travel by PUT. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_FORM_FIELDS = 10_000;

/**
 * Reads a small body: JSON, or a form in both encodings (upload-protocol §1.1). The content type is a hint only: clients send none, or
 * a wrong one, with JSON and with nothing at all; no body is the same as `{}`.
 *
 * @returns `unreadable` with 400 for broken JSON, 415 for what is neither, 413 beyond 4 MiB.
 */
export function readBody(request: FastifyRequest): Promise<Body> {
  const known = kept.get(request);
  if (known !== undefined) return known;
  const body = readAnew(request);
  kept.set(request, body);
  return body;
}

/** Whether the body was read by {@link readBody}, which gives it again to whoever asks again. */
export function isBodyKept(request: FastifyRequest): boolean {
  return kept.has(request);
}

const kept = new WeakMap<FastifyRequest, Promise<Body>>();

async function readAnew(request: FastifyRequest): Promise<Body> {
  const bytes = await readBytes(request, MOST_BYTES);
  if (bytes === null) return TOO_LARGE;
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type === 'multipart/form-data') return readMultipart(bytes, request.headers['content-type'] ?? '');
  const text = new TextDecoder().decode(bytes);
  const first = text.trimStart().charAt(0);
  if (first === '') return { kind: 'fields', fields: {}, isForm: false };
  if (first === '{' || first === '[') return readJson(text);
  if (type === 'application/x-www-form-urlencoded') return readForm(new URLSearchParams(text));
  if (type === '' || type === 'application/json' || type.endsWith('+json')) return readJson(text);
  return unreadable(detail(415, `Unsupported media type "${printable(type)}" in request.`));
}

/** The text of one field before anything is checked: who may come in is decided with it. Null when it is no text. */
export function peekText(body: Body, name: string): string | null {
  if (body.kind === 'unreadable' || !Object.hasOwn(body.fields, name)) return null;
  const value = body.fields[name];
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' && last.trim() !== '' ? last.trim() : null;
}

async function readBytes(request: FastifyRequest, most: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > most) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must outlive a body that is not read to its end: it carries the answer.
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

function readJson(text: string): Body {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return unreadable(detail(400, `JSON parse error - ${printable((error as Error).message)}`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
    return unreadable(json(400, { non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] }));
  }
  return { kind: 'fields', fields: value as Fields, isForm: false };
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<Body> {
  try {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
    return readForm([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return unreadable(detail(400, 'Multipart form parse error - Invalid body.'));
  }
}

function readForm(entries: Iterable<readonly [string, string]>): Body {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of entries) {
    if (++count > MOST_FORM_FIELDS) return TOO_LARGE;
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return { kind: 'fields', fields: Object.fromEntries(fields), isForm: true };
}

const TOO_LARGE: Body = unreadable(
  detail(413, 'Request body is too large.', {
    code: 'body_too_large',
    hint: 'This address takes names and settings only, up to 4 MiB; the report itself goes to the address in the answer.',
  }),
);

function unreadable(answer: Answer): Body {
  return { kind: 'unreadable', answer };
}

function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ').slice(0, 200);
}
