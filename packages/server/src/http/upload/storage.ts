import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { findUpload } from '../../database/queries/uploads.ts';
import type { Upload } from '../../database/tables.ts';
import { checkDownloadSignature, checkUploadSignature, signedUploadPath } from '../../objects/signing.ts';
import { fullText } from '../../pipeline/limit.ts';
import { storeUpload, type StoreOutcome } from '../../pipeline/receive.ts';
import { apiAddress } from './address.ts';
import { type Answer, empty, text } from './answer.ts';
import { parameter, tellLateRefusal } from './gate.ts';
import { addAddress } from './scope.ts';

/** The signed PUT, `/storage/u/UPLOADID?e=UNIX&s=SIGNATURE` (upload-protocol §3), and the signed GET beside it that L leads to. */
export async function storageRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/storage/u/:id', { PUT: takeBytes });
  addAddress(fastify, app, '/storage/d/:id', { GET: giveBytes });
}

/** Where the bytes of an upload are to be sent; whole, as the CI machine must reach it. */
export function storageAddress(app: App, request: FastifyRequest, upload: Upload): string {
  const path = signedUploadPath(app.dataFolder.secrets.signing_key, upload.external_id, upload.put_until ?? new Date());
  return apiAddress(app, request) + path;
}

/**
 * Takes the bytes of an upload. The signature alone says that they may come: an `Authorization` that an HTTP library added from a
 * `.netrc` is not looked at (upload-protocol §6.3).
 */
async function takeBytes(app: App, request: FastifyRequest): Promise<Answer> {
  const id = parameter(request, 'id');
  const query = request.query as { readonly e?: unknown; readonly s?: unknown };
  const signature = checkUploadSignature(app.dataFolder.secrets.signing_key, id, query, new Date());
  if (signature === 'expired') return text(403, EXPIRED);
  if (signature === 'wrong') return text(403, WRONG);
  const upload = await findSigned(app, id);
  if (upload === null) return text(403, GONE);
  const limit = app.config.limits.uploadBytes;
  const isTooLarge = Number(request.headers['content-length'] ?? 0) > limit;
  // The connection must outlive a body that is not read to its end: it carries the answer.
  const outcome: StoreOutcome = isTooLarge
    ? { kind: 'too_large', maxBytes: limit }
    : await storeUpload(app, upload, request.raw.iterator({ destroyOnReturn: false }));
  if (outcome.kind === 'stored' || outcome.kind === 'unchanged') {
    return empty(200, { etag: `"${Buffer.from(outcome.md5).toString('hex')}"` });
  }
  const { status, line } = explain(outcome, limit);
  const code = outcome.kind === 'no_place' ? 'too_many_uploads' : `upload_${outcome.kind}`;
  const refusal = { code, message: line, hint: '' };
  tellLateRefusal(app, request, { ...refusal, repositoryId: upload.repository_id, repository: null });
  const answer = text(status, line);
  const mayComeAgain = status === 503 || status === 429;
  return mayComeAgain ? { ...answer, headers: { ...answer.headers, 'retry-after': '60' } } : answer;
}

/** Gives out the bytes of an upload as they came, as a file: a browser must never take them for a page of ours. */
async function giveBytes(app: App, request: FastifyRequest): Promise<Answer> {
  const id = parameter(request, 'id');
  const query = request.query as { readonly e?: unknown; readonly s?: unknown };
  const signature = checkDownloadSignature(app.dataFolder.secrets.signing_key, id, query, new Date());
  if (signature === 'expired') return text(403, EXPIRED);
  if (signature === 'wrong') return text(403, WRONG);
  const upload = await findSigned(app, id);
  const object = upload?.raw_key == null ? null : await app.objects.get(upload.raw_key);
  if (object === null) return text(404, GONE);
  return {
    status: 200,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(object.size),
      'content-disposition': `attachment; filename="${id}.txt"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
    body: object.stream,
  };
}

// Only ids of ours were ever signed, but the column takes nothing else than a UUID.
async function findSigned(app: App, id: string): Promise<Upload | null> {
  return UUID.test(id) ? findUpload(app.database.kysely, id) : null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Why bytes were not taken. */
function explain(
  outcome: Exclude<StoreOutcome, { readonly kind: 'stored' | 'unchanged' }>,
  limit: number,
): { readonly status: number; readonly line: string } {
  switch (outcome.kind) {
    case 'conflict':
      return { status: 409, line: CONFLICT };
    case 'no_place':
      return { status: 429, line: `${fullText(outcome.commit)}; nothing was stored.` };
    case 'empty':
      return { status: 400, line: EMPTY };
    case 'too_large':
      return { status: 413, line: `The upload is larger than ${limit} bytes, ${LIMIT_NAME}.` };
    case 'full':
      return { status: 503, line: FULL };
    case 'cut':
      return { status: 400, line: CUT };
  }
}

const EXPIRED = 'This address has expired: ask for a new one by sending the upload again.';
const WRONG = 'The signature of this address is wrong: use the address exactly as it was given, with all of its query.';
const GONE = 'The upload of this address is not known here any more.';
const EMPTY =
  'empty upload: the body had no bytes. A redirect of the request can drop them; use the final address of this server, with https if it has it.';
const CONFLICT = 'This upload has been processed with other bytes; send a new upload instead.';
const FULL = 'The disk of this server is full; nothing was stored. Its administrator has to make room.';
const LIMIT_NAME = 'the limit thatch.limits.upload_bytes of this server';
const CUT = 'The body broke off before its end; nothing was stored.';
