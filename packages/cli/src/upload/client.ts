import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { randomUUID } from 'node:crypto';
import manifest from '../../package.json' with { type: 'json' };
import { isObjectId } from './git/run.ts';
import { send, type CallResult, type Network } from './http.ts';
import type { Meta } from './meta.ts';
import { multipartBody } from './multipart.ts';
import type { ReportFile } from './find.ts';
import { parseJson, readUploadAnswer, type UploadAnswer } from './answer.ts';

/** The server, as one upload sees it. */
export interface Server {
  readonly network: Network;
  /** With a path when Thatch lives under one; never with a final slash. */
  readonly address: URL;
  readonly token: string | null;
}

/** A refusal, in the server's words (`detail`, `code`, `hint` of upload-protocol §8.1) or in ours. */
export interface Refused {
  readonly kind: 'refused';
  /** 0: there was no answer. */
  readonly status: number;
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
}

export type Answered<T> = { readonly kind: 'ok'; readonly value: T } | Refused;

/** What the server lacks (upload-protocol §8.3). */
export interface Need {
  readonly blobs: readonly string[];
}

const pack = promisify(gzip);

/** `POST /upload/meta`: tells about the commit, or hands in sources. Sent packed, repeated as {@link send} does. */
export async function postMeta(server: Server, repository: string, meta: Meta): Promise<Answered<Need>> {
  const address = endpoint(server, 'upload/meta', [['repo', repository]]);
  const headers = { ...commonHeaders(server), 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
  const body = await pack(JSON.stringify(meta), { level: 5 });
  const result = await send(server.network, { method: 'POST', address, headers, body });
  if (!isSuccess(result)) return refusal(result);
  return { kind: 'ok', value: readNeed(result.text) };
}

function readNeed(text: string): Need {
  const document = parseJson(text);
  const need = document?.['need'];
  const blobs = typeof need === 'object' && need !== null && 'blobs' in need ? need.blobs : [];
  const ids: readonly unknown[] = Array.isArray(blobs) ? blobs : [];
  return { blobs: ids.filter((id): id is string => typeof id === 'string' && isObjectId(id)) };
}

/** One call of `POST /upload/coverage`: the parts, and the fields that go into the query. */
export interface UploadCall {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly reports: readonly ReportFile[];
  /** Paths of the repository, where git gave none. */
  readonly network: readonly string[];
}

/**
 * Sends reports. The idempotency key is new for each run: a repeated attempt is answered as the first one was, while a
 * repeated run is an upload of its own (upload-protocol §5.2).
 */
export async function postReports(server: Server, call: UploadCall): Promise<Answered<UploadAnswer>> {
  const body = multipartBody(call.reports, call.network, `thatch-${randomUUID()}`);
  const headers = { ...commonHeaders(server), 'Content-Type': body.contentType, 'Idempotency-Key': randomUUID() };
  const address = endpoint(server, 'upload/coverage', call.fields);
  const result = await send(server.network, { method: 'POST', address, headers, body: body.open });
  return readAnswer(result);
}

/** `GET /upload/status/ID`; with `wait` the server holds the answer until the state changes, at most so many seconds. */
export async function getStatus(
  server: Server,
  upload: UploadAnswer,
  wait: number,
  signal?: AbortSignal,
): Promise<Answered<UploadAnswer>> {
  const fields = wait > 0 ? [...readKey(upload), ['wait', String(wait)] as const] : readKey(upload);
  const address = endpoint(server, `upload/status/${encodeURIComponent(upload.id)}`, fields);
  return readAnswer(await send(server.network, { method: 'GET', address, headers: commonHeaders(server), signal }));
}

/** Address and headers of the event stream of an upload (upload-protocol §8.2). */
export function eventsRequest(server: Server, upload: UploadAnswer): { address: URL; headers: Record<string, string> } {
  return {
    address: endpoint(server, `upload/status/${encodeURIComponent(upload.id)}/events`, readKey(upload)),
    headers: { ...commonHeaders(server), Accept: 'text/event-stream' },
  };
}

/** What a commit's uploads sum up to, by `GET /upload/status?repo=&commit=`; refused with 404 for an unknown commit. */
export async function getCommit(
  server: Server,
  repository: string,
  commit: string,
): Promise<Answered<Readonly<Record<string, unknown>>>> {
  const address = endpoint(server, 'upload/status', [
    ['repo', repository],
    ['commit', commit],
  ]);
  const result = await send(server.network, { method: 'GET', address, headers: commonHeaders(server) });
  if (!isSuccess(result)) return refusal(result);
  return { kind: 'ok', value: parseJson(result.text) ?? {} };
}

/**
 * The status address is made from the address we know, not taken from the answer: the server may believe in a name that this
 * machine cannot reach, and the token must not follow it.
 */
function readKey(upload: UploadAnswer): (readonly [string, string])[] {
  if (!URL.canParse(upload.statusUrl)) return [];
  const key = new URL(upload.statusUrl).searchParams.get('k');
  return key === null ? [] : [['k', key]];
}

function endpoint(server: Server, path: string, fields: readonly (readonly [string, string])[]): URL {
  const address = new URL(server.address);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${path}`;
  address.search = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
  return address;
}

function commonHeaders(server: Server): Record<string, string> {
  const headers = { Accept: 'application/json', 'User-Agent': `thatch-cli/${manifest.version}` };
  return server.token === null ? headers : { ...headers, Authorization: `token ${server.token}` };
}

function readAnswer(result: CallResult): Answered<UploadAnswer> {
  if (!isSuccess(result)) return refusal(result);
  const answer = readUploadAnswer(parseJson(result.text));
  if (answer !== null) return { kind: 'ok', value: answer };
  return {
    kind: 'refused',
    status: result.status,
    code: null,
    message: 'the answer is not one of Thatch',
    hint: 'Does --url lead to a Thatch server, not to a proxy or another program?',
  };
}

function isSuccess(result: CallResult): result is CallResult & { kind: 'answer' } {
  return result.kind === 'answer' && (result.status === 200 || result.status === 201 || result.status === 202);
}

function refusal(result: CallResult): Refused {
  if (result.kind === 'failed') return { kind: 'refused', status: 0, code: null, message: result.reason, hint: null };
  const document = parseJson(result.text);
  const field = (name: string): string | null => {
    const value = document?.[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const message =
    field('detail') ?? (document === null ? firstLine(result.text) : JSON.stringify(document).slice(0, 300));
  return { kind: 'refused', status: result.status, code: field('code'), message, hint: field('hint') };
}

/** Of an answer that some proxy gave. */
function firstLine(text: string): string {
  return (
    text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 200) || 'no reason given'
  );
}
