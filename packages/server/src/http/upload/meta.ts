import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { needOf, storeMeta, takeMeta } from '../../pipeline/meta.ts';
import { type Answer, detail, json } from './answer.ts';
import { tellNewCommit } from './commits.ts';
import { enter } from './gate.ts';
import { addAddress } from './scope.ts';

/** `POST /upload/meta`: what git knows of a commit, where no forge can be asked (upload-protocol §8.3). */
export async function metaRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/meta', { POST: takeMetadata, PUT: takeMetadata });
}

async function takeMetadata(app: App, request: FastifyRequest): Promise<Answer> {
  const repository = new URL(request.raw.url ?? '/', 'http://localhost').searchParams.get('repo') || null;
  const entry = await enter(app, request, { endpoint: 'meta', target: { kind: 'own', repository } });
  if (entry.kind === 'refused') return entry.answer;
  // The connection must outlive a body that is not read to its end: it carries the answer.
  const body = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const read = await takeMeta(app, body);
  if (read.kind === 'refused') return detail(read.status, read.detail, { code: read.code, hint: read.hint });
  const stored = await storeMeta(app, entry.repository.id, read);
  if (stored.kind === 'full') return storageFull();
  if (stored.commit.is_new) tellNewCommit(app, stored.commit);
  return json(200, {
    commit: stored.commit.sha,
    stored: stored.stored,
    need: await needOf(app, stored.commit, read.facts),
    problems: stored.problems,
  });
}

/** The refusal of everything that would need room on a full disk; 507 is not repeated by any client. */
export function storageFull(): Answer {
  return detail(507, 'The disk of this server is full; nothing was stored.', {
    code: 'storage_full',
    hint: 'The administrator of this server has to make room.',
  });
}
