import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { type ReadMeta, takeMeta } from '../../pipeline/meta.ts';
import { dropBytes, keepBytes, type KeepOutcome, type KeptBytes } from '../../pipeline/receive-whole.ts';
import { HEAD_BYTES, sniffKind } from '../../pipeline/sniff.ts';
import type { UploadKind } from '../../database/tables.ts';
import { type Answer, detail } from './answer.ts';
import { storageFull } from './meta.ts';
import { type FormBody, type FormFault, readForm } from './multipart.ts';

/** A body that is stored, or the answer that says why it is not. */
export type OwnBody =
  | {
      readonly kind: 'kept';
      readonly bytes: KeptBytes;
      /** What it carries, by its first bytes. */
      readonly carries: UploadKind;
      /** Part `meta` of a form. */
      readonly meta: ReadMeta | null;
    }
  | { readonly kind: 'answer'; readonly answer: Answer };

/** Whose body it is. */
export interface BodyOwner {
  readonly repositoryId: number;
  /** Metadata is taken from who shows a token only. */
  readonly mayTellMeta: boolean;
  /** The commit of the request; metadata must be of the same. */
  readonly sha: string;
}

/** Stores the body of `POST /upload/coverage` while it arrives: raw bytes as they are, a form as one framed object (upload-protocol §8.1). */
export async function takeOwnBody(app: App, request: FastifyRequest, owner: BodyOwner): Promise<OwnBody> {
  const type = request.raw.headers['content-type'] ?? '';
  return /^\s*multipart\/form-data\b/i.test(type) ? takeForm(app, request, owner) : takeRaw(app, request, owner);
}

async function takeRaw(app: App, request: FastifyRequest, { repositoryId }: BodyOwner): Promise<OwnBody> {
  const limit = app.config.limits.uploadBytes;
  if (Number(request.headers['content-length'] ?? 0) > limit) return refuse({ kind: 'too_large', maxBytes: limit });
  const head = new Head();
  // The connection must outlive a body that is not read to its end: it carries the answer.
  const body = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const kept = await keepBytes(app, repositoryId, head.watch(body));
  if (kept.kind !== 'stored') return refuse(kept);
  const carries = sniffKind(head.bytes(), kept.size <= head.bytes().length);
  return { kind: 'kept', bytes: kept, carries, meta: null };
}

async function takeForm(app: App, request: FastifyRequest, owner: BodyOwner): Promise<OwnBody> {
  let meta: ReadMeta | null = null;
  const takePart = async (bytes: AsyncIterable<Uint8Array>): Promise<FormFault | null> => {
    if (!owner.mayTellMeta) return META_NEEDS_TOKEN;
    const read = await takeMeta(app, bytes);
    if (read.kind === 'refused') return read;
    if (read.facts.commit.sha !== owner.sha) return META_OF_OTHER_COMMIT;
    meta = read;
    return null;
  };
  const form = readForm(request.raw.headers, unpacked(request), takePart);
  if (form === null) return { kind: 'answer', answer: NO_BOUNDARY };
  const kept = await keepBytes(app, owner.repositoryId, form.frames);
  const { fault, reports, reportBytes, head } = form.summary();
  const wrong =
    fault !== null ? answerFault(fault) : kept.kind !== 'stored' ? null : refuseReports(reports, reportBytes);
  if (wrong !== null) {
    if (kept.kind === 'stored') await dropBytes(app, kept);
    return { kind: 'answer', answer: wrong };
  }
  if (kept.kind !== 'stored') return refuse(kept.kind === 'cut' ? { kind: 'cut', reason: kept.reason } : kept);
  return { kind: 'kept', bytes: kept, carries: sniffKind(head, reportBytes <= head.length), meta };
}

/** A form may be packed as a whole. What is not read of it must not keep the connection from its answer. */
function unpacked({ raw }: FastifyRequest): FormBody {
  const unpacker = openUnpacker((raw.headers['content-encoding'] ?? '').trim().toLowerCase());
  if (unpacker === null) return { stream: raw, stop: () => {} };
  raw.pipe(unpacker);
  raw.once('close', () => {
    if (!raw.readableEnded) unpacker.destroy(new Error('the body broke off'));
  });
  const stop = (): void => {
    raw.unpipe(unpacker);
    unpacker.destroy();
  };
  return { stream: unpacker, stop };
}

function openUnpacker(encoding: string) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return encoding === 'zstd' ? createZstdDecompress() : null;
}

/** Keeps the first bytes of what passes. */
class Head {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (this.size < HEAD_BYTES) {
        this.chunks.push(chunk.subarray(0, HEAD_BYTES - this.size));
        this.size += this.chunks.at(-1)!.length;
      }
      yield chunk;
    }
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

function refuseReports(reports: number, bytes: number): Answer | null {
  if (reports === 0) {
    return detail(415, 'The form has no part named "report".', {
      code: 'report_missing',
      hint: 'Send each report as a part of that name: curl -F "report=@lcov.info".',
    });
  }
  return bytes === 0 ? emptyUpload() : null;
}

function refuse(outcome: Exclude<KeepOutcome, { readonly kind: 'stored' }>): OwnBody {
  return { kind: 'answer', answer: answerUnkept(outcome) };
}

function answerUnkept(outcome: Exclude<KeepOutcome, { readonly kind: 'stored' }>): Answer {
  switch (outcome.kind) {
    case 'empty':
      return emptyUpload();
    case 'too_large':
      return detail(413, `The upload is larger than ${outcome.maxBytes} bytes.`, {
        code: 'upload_too_large',
        hint: 'The limit of this server is thatch.limits.upload_bytes; packed with gzip or zstd the report is smaller.',
      });
    case 'cut':
      return detail(400, 'The body broke off before its end, or is no well-formed form; nothing was stored.', {
        code: 'upload_cut',
        hint: 'Send it again.',
      });
    case 'full':
      return storageFull();
  }
}

function emptyUpload(): Answer {
  return detail(400, 'empty upload', {
    code: 'upload_empty',
    hint: 'The body had no bytes. A redirect of the request can drop them: use the final address of this server.',
  });
}

function answerFault({ status, code, detail: sentence, hint }: FormFault): Answer {
  return detail(status, sentence, { code, hint });
}

const NO_BOUNDARY = detail(415, 'The content type of the form has no boundary.', {
  code: 'form_invalid',
  hint: 'Let the HTTP client make the header: curl -F does.',
});
const META_NEEDS_TOKEN: FormFault = {
  status: 401,
  code: 'meta_needs_token',
  detail: 'Metadata is not taken without a token.',
  hint: 'Send the upload token of the repository, or leave out the part "meta".',
};
const META_OF_OTHER_COMMIT: FormFault = {
  status: 400,
  code: 'meta_of_other_commit',
  detail: 'The metadata is of another commit than the upload.',
  hint: 'Its "commit.sha" must be the "commit" of the query, in full.',
};
