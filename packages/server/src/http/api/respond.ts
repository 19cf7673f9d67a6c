import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, createZstdCompress, gzip, zstdCompress } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  compatibleBody,
  problemBody,
  SERVER_ERROR,
  type ApiAnswer,
  type ApiFailure,
  type StreamedAnswer,
} from './answer.ts';
import { Busy } from '../../workers/turns.ts';

/** How an answer is worded. */
export interface Wording {
  /** Failures as problem documents (public-api §4.1). */
  readonly isProblem: boolean;
}

/** Sends an answer: with a tag by which it need not be sent again, and packed as the client likes (public-api §1.8). */
export async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: ApiAnswer,
  wording: Wording,
): Promise<FastifyReply> {
  if (answer.kind === 'failure') return respondFailure(request, reply, answer, wording);
  if (answer.kind === 'streamed') return respondStream(request, reply, answer);
  const text = JSON.stringify(answer.value);
  void reply.headers(answer.headers ?? {});
  if (isKnown(request, reply, text)) return reply.code(304).send();
  return sendText(request, reply.type(JSON_TYPE), text);
}

/** Sends a failure. */
export function respondFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  failure: ApiFailure,
  { isProblem }: Wording,
): FastifyReply {
  const asProblem = isProblem || (request.headers.accept ?? '').includes(PROBLEM_TYPE);
  const body = asProblem ? problemBody(failure) : compatibleBody(failure);
  return reply
    .code(failure.status)
    .headers(failure.headers ?? {})
    .header('cache-control', 'no-store')
    .type(asProblem ? PROBLEM_TYPE : JSON_TYPE)
    .send(JSON.stringify(body));
}

/** Sends a document that is no JSON. */
export async function respondText(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  text: string,
): Promise<FastifyReply> {
  if (isKnown(request, reply, text)) return reply.code(304).send();
  return sendText(request, reply.type(type), text);
}

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** Less than so many bytes are not worth packing. */
export const SHORTEST_WORTH_PACKING = 1024;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

async function respondStream(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: StreamedAnswer,
): Promise<FastifyReply> {
  if (isKnown(request, reply, answer.tag)) return reply.code(304).send();
  void reply.type(JSON_TYPE);
  if (request.method === 'HEAD') return reply.send();
  const { pieces, release } = await answer.open();
  // Comes after the end, and when the client goes away.
  reply.raw.once('close', release);
  const text = Readable.from(pieces, { objectMode: false });
  const packing = packingFor(request);
  if (packing === null) return reply.send(text);
  const packer = packing === 'zstd' ? createZstdCompress(LEVEL) : createGzip();
  // Either end that breaks takes the other with it; what broke is told by the answer's own stream.
  return reply.header('content-encoding', packing).send(pipeline(text, packer, () => {}));
}

async function sendText(request: FastifyRequest, reply: FastifyReply, text: string): Promise<FastifyReply> {
  const packing = text.length < SHORTEST_WORTH_PACKING ? null : packingFor(request);
  if (packing === null) return reply.send(text);
  const bytes = Buffer.from(text);
  const packed = packing === 'zstd' ? await packZstd(bytes, LEVEL) : await packGzip(bytes);
  return reply.header('content-encoding', packing).send(packed);
}

const packGzip = promisify<Buffer, Buffer>(gzip);
const packZstd = promisify<Buffer, object, Buffer>(zstdCompress);

/** The better one first. */
const PACKINGS = ['zstd', 'gzip'] as const;

type Packing = (typeof PACKINGS)[number];

/** The better of the packings that the client names without forbidding it. */
export function packingFor(request: FastifyRequest): Packing | null {
  const asked = String(request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each));
  const accepted = new Set(asked.map((each) => each.split(';')[0].trim()));
  return PACKINGS.find((packing) => accepted.has(packing)) ?? null;
}

/** Tags the answer, and tells whether the client has it already. The tag is weak: packed or not, it is the same answer. */
function isKnown(request: FastifyRequest, reply: FastifyReply, identity: string): boolean {
  const tag = `W/"${createHash('sha256').update(identity).digest('base64url').slice(0, 27)}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const asked = request.headers['if-none-match'];
  if (asked === undefined) return false;
  return asked === '*' || asked.split(',').some((each) => each.trim().replace(/^(?!W\/)/, 'W/') === tag);
}

/** SQL states and codes of a database that is away for a moment. */
const AWAY = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08001',
  '08003',
  '08004',
  '08006',
  'ECONNREFUSED',
  'ECONNRESET',
]);

const BUSY: ApiFailure = {
  kind: 'failure',
  status: 503,
  code: 'busy',
  detail: 'Too many ask for reports of their own choice at this moment. Try again in a few seconds.',
  shape: { kind: 'detail' },
  headers: { 'retry-after': '5' },
};

/** The failure that stands for an error of ours; the log has the cause. */
export function failureOf(error: Error & { readonly code?: string }, request: FastifyRequest): ApiFailure {
  if (error instanceof Busy) return BUSY;
  request.log.error({ err: error }, 'a request failed');
  const isAway =
    (error.code !== undefined && AWAY.has(error.code)) || error.message.startsWith('Connection terminated');
  if (!isAway) return SERVER_ERROR;
  return {
    kind: 'failure',
    status: 503,
    code: 'database_away',
    detail: 'The database does not answer. Try again in a few seconds.',
    shape: { kind: 'detail' },
    headers: { 'retry-after': '5' },
  };
}
