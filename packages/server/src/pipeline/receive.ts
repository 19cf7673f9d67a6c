import { randomUUIDv7 } from 'node:crypto';
import type { App } from '../app.ts';
import { moveBranch, seeFlags } from '../database/queries/branches.ts';
import {
  findUploadById,
  insertUpload,
  lockUpload,
  markStored,
  type NewlyStored,
  type StoredBytes,
} from '../database/queries/uploads.ts';
import type { Commit, NewUpload, Repository, Upload, UploadKind } from '../database/tables.ts';
import { rawKey } from '../objects/keys.ts';
import type { PutOutcome } from '../objects/objects.ts';
import { PARSE } from './kinds.ts';
import { findFull, type FullCommit } from './limit.ts';

/** What a sender says about an upload; lists and texts are checked and bounded by the route. */
export interface UploadFacts extends Pick<
  NewUpload,
  'via' | 'flags' | 'name' | 'job' | 'build' | 'build_url' | 'ci' | 'agent' | 'package'
> {
  readonly kind: UploadKind;
  readonly env: Readonly<Record<string, string | null>> | null;
  readonly isUnprotected: boolean;
  readonly notices: Upload['notices'];
  readonly options: Upload['options'];
  readonly idempotency: { readonly key: string; readonly sha256: Uint8Array | null } | null;
}

/** Signed addresses live this long (upload-protocol §3). */
export const PUT_SECONDS = 900;

/**
 * Makes the row of an upload that waits for its bytes. The row is not yet an upload: without bytes it expires and counts for nothing
 * (upload-protocol §5.2).
 */
export async function openUpload(
  app: App,
  repository: Pick<Repository, 'id' | 'is_active'>,
  commit: Commit,
  facts: UploadFacts,
  externalId: string = randomUUIDv7(),
): Promise<Upload> {
  const upload = await insertUpload(app.database.kysely, {
    external_id: externalId,
    repository_id: repository.id,
    commit_id: commit.id,
    kind: facts.kind,
    state: 'started',
    flags: [...(facts.flags ?? [])],
    name: facts.name,
    job: facts.job,
    build: facts.build,
    build_url: facts.build_url,
    ci: facts.ci,
    env: facts.env === null ? null : JSON.stringify(facts.env),
    via: facts.via,
    agent: facts.agent,
    package: facts.package,
    is_unprotected: facts.isUnprotected,
    notices: JSON.stringify(facts.notices),
    options: JSON.stringify(facts.options),
    put_until: new Date(Date.now() + PUT_SECONDS * 1000),
    idempotency_key: facts.idempotency?.key ?? null,
    idempotency_sha256: facts.idempotency?.sha256 ?? null,
  });
  await seeFlags(app.database.kysely, repository.id, upload.flags);
  if (!repository.is_active) await activate(app, repository.id);
  return upload;
}

/** Any accepted upload activates the repository (upload-protocol §5.1); one that a person switched off was refused before. */
async function activate(app: App, repositoryId: number): Promise<void> {
  await app.database.kysely
    .updateTable('repositories')
    .set({ is_active: true })
    .where('id', '=', repositoryId)
    .where('is_active', '=', false)
    .execute();
}

/** What became of the bytes of an upload. */
export type StoreOutcome =
  | { readonly kind: 'stored'; readonly upload: Upload; readonly md5: Uint8Array }
  /** The same bytes came after they were read: nothing happens. */
  | { readonly kind: 'unchanged'; readonly md5: Uint8Array }
  /** Other bytes came after a reader took the first ones. */
  | { readonly kind: 'conflict' }
  /** Others took the last places of the commit since this upload was opened; it may come again when there is one. */
  | { readonly kind: 'no_place'; readonly commit: FullCommit }
  | Exclude<PutOutcome, { readonly kind: 'stored' }>;

/**
 * Takes the bytes of an upload. When this returns `stored` they are durable, the row says so, and the upload will be processed whatever
 * happens next: this is what acknowledging means. The body is streamed, counted and hashed on its way.
 */
export async function storeUpload(app: App, upload: Upload, body: AsyncIterable<Uint8Array>): Promise<StoreOutcome> {
  // Each body has a key of its own: what a reader may have taken is never written over.
  const key = rawKey(upload, randomUUIDv7());
  const put = await app.objects.put(key, body, { maxBytes: app.config.limits.uploadBytes, refuseEmpty: true });
  if (put.kind !== 'stored') return put;
  const stored = await takePlace(app, upload, { ...put, rawKey: key });
  if (stored === null) return afterReading(app, upload, key, put);
  if (stored.kind === 'full') {
    await app.objects.delete(key);
    return { kind: 'no_place', commit: stored };
  }
  if (stored.replacedKey !== null) await app.objects.delete(stored.replacedKey);
  await announceStored(app, stored.upload);
  return { kind: 'stored', upload: stored.upload, md5: put.md5 };
}

type Placed = ({ readonly kind: 'stored' } & NewlyStored) | FullCommit;

/** Says that the bytes are durable, unless the commit has no place for them. Null when a reader has finished with the upload. */
async function takePlace(app: App, upload: Upload, bytes: StoredBytes): Promise<Placed | null> {
  const mark = async (database: App['database']['kysely']): Promise<Placed | null> => {
    const stored = await markStored(database, upload.id, bytes);
    return stored === null ? null : { kind: 'stored', ...stored };
  };
  if (app.config.setup.maxSessions === null) return mark(app.database.kysely);
  return app.database.kysely.transaction().execute(async (transaction) => {
    // In the order in which a reader takes them; who counts and adds for one commit does so after the other.
    const held = await lockUpload(transaction, upload.id);
    await transaction.selectFrom('commits').select('id').where('id', '=', upload.commit_id).forUpdate().execute();
    const within = { ...app, database: { ...app.database, kysely: transaction } };
    // One that has bytes already holds a place, and only changes them.
    const isNew = held === 'started' || held === 'expired';
    const full = isNew ? await findFull(within, upload.commit_id, upload.kind) : null;
    return full ?? mark(transaction);
  });
}

/** A second PUT after the first was read: harmless with equal bytes, refused with others (upload-protocol §3). */
async function afterReading(
  app: App,
  upload: Upload,
  key: string,
  put: Extract<PutOutcome, { kind: 'stored' }>,
): Promise<StoreOutcome> {
  await app.objects.delete(key);
  const first = await findUploadById(app.database.kysely, upload.id);
  const isSame = first?.raw_sha256 != null && Buffer.compare(first.raw_sha256, put.sha256) === 0;
  return isSame ? { kind: 'unchanged', md5: put.md5 } : { kind: 'conflict' };
}

/** Hands an upload whose bytes are durable to its reader, and tells who listens. */
export async function announceStored(app: App, upload: Upload): Promise<void> {
  if (upload.kind === 'coverage') {
    await app.jobs.enqueue(PARSE, [{ id: upload.external_id, data: { upload: upload.id } }]);
  }
  app.events.publish({
    type: 'upload.received',
    repositoryId: upload.repository_id,
    commitId: upload.commit_id,
    data: {
      upload: upload.external_id,
      kind: upload.kind,
      name: upload.name,
      flags: upload.flags,
      bytes: upload.raw_size,
      ci: upload.ci,
    },
  });
}

/** Moves the branch of a commit that receives an upload, and tells who listens when it did. */
export async function touchBranch(app: App, commit: Commit): Promise<void> {
  if (commit.branch === null) return;
  const move = await moveBranch(app.database.kysely, commit.branch, commit);
  if (move === null) return;
  app.events.publish({
    type: 'branch.moved',
    repositoryId: commit.repository_id,
    commitId: commit.id,
    data: { branch: commit.branch, ...move },
  });
}
