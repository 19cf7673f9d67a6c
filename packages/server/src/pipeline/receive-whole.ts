import { createHash, randomUUIDv7 } from 'node:crypto';
import type { App } from '../app.ts';
import { findByIdempotencyKey, markStored, releaseIdempotencyKey } from '../database/queries/uploads.ts';
import type { Commit, Repository, Upload } from '../database/tables.ts';
import { rawKey } from '../objects/keys.ts';
import type { ObjectBody, PutOutcome } from '../objects/objects.ts';
import { findFull, type FullCommit } from './limit.ts';
import { announceStored, openUpload, type UploadFacts } from './receive.ts';

/** Bytes that are durable, and that no row names yet. */
export interface KeptBytes {
  readonly kind: 'stored';
  /** The public id that their upload will have. */
  readonly externalId: string;
  readonly rawKey: string;
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly md5: Uint8Array;
}

/** What became of a body. */
export type KeepOutcome = KeptBytes | Exclude<PutOutcome, { readonly kind: 'stored' }>;

/**
 * Stores the body of a request that brings its report with it (v2 and our own address). Nothing is known of the upload before its last
 * byte is here, so a body that breaks off leaves no row that others would wait for.
 */
export async function keepBytes(app: App, repositoryId: number, body: ObjectBody): Promise<KeepOutcome> {
  const externalId = randomUUIDv7();
  const identity = { repository_id: repositoryId, external_id: externalId, created_at: new Date() };
  const key = rawKey(identity, randomUUIDv7());
  const put = await app.objects.put(key, body, { maxBytes: app.config.limits.uploadBytes, refuseEmpty: true });
  return put.kind === 'stored' ? { ...put, externalId, rawKey: key } : put;
}

/** Forgets bytes for which no upload was made. */
export async function dropBytes(app: App, { rawKey: key }: KeptBytes): Promise<void> {
  await app.objects.delete(key);
}

/** What a request that brings its report says about it. */
export type WholeUploadFacts = Omit<UploadFacts, 'idempotency'> & {
  /** What makes two requests one (upload-protocol §8.1): a key of the client, the equality of all that counts, or nothing. */
  readonly repetition:
    | { readonly by: 'key'; readonly key: string }
    | { readonly by: 'content' }
    | { readonly by: 'nothing' };
};

/** What became of an upload whose bytes are here. */
export type AddOutcome =
  | { readonly kind: 'added'; readonly upload: Upload }
  /** The same came before: nothing happens. */
  | { readonly kind: 'duplicate'; readonly upload: Upload }
  /** Other bytes came with this key. */
  | { readonly kind: 'conflict' }
  | FullCommit;

/**
 * Makes the upload of stored bytes and hands it to its reader. When this returns `added` it will be processed whatever happens
 * next. Of requests for one commit at once, one is first, also in several processes.
 */
export async function addUpload(
  app: App,
  repository: Pick<Repository, 'id' | 'is_active'>,
  commit: Commit,
  bytes: KeptBytes,
  facts: WholeUploadFacts,
): Promise<AddOutcome> {
  const outcome = await app.database.kysely.transaction().execute(async (transaction): Promise<AddOutcome> => {
    await transaction.selectFrom('commits').select('id').where('id', '=', commit.id).forUpdate().execute();
    const within: App = { ...app, database: { ...app.database, kysely: transaction } };
    const idempotency = idempotencyOf(facts, bytes);
    const earlier = idempotency === null ? null : await findRepetition(within, commit, facts, bytes, idempotency.key);
    if (earlier !== null) return earlier;
    const full = await findFull(within, commit.id, facts.kind);
    if (full !== null) return full;
    const opened = await openUpload(within, repository, commit, { ...facts, idempotency }, bytes.externalId);
    const stored = await markStored(transaction, opened.id, bytes);
    if (stored === null) throw new Error('an upload that was just made cannot be stored');
    return { kind: 'added', upload: stored.upload };
  });
  if (outcome.kind === 'added') await announceStored(app, outcome.upload);
  else await dropBytes(app, bytes);
  return outcome;
}

async function findRepetition(
  app: App,
  commit: Commit,
  facts: WholeUploadFacts,
  { sha256 }: KeptBytes,
  key: string,
): Promise<AddOutcome | null> {
  const { kysely } = app.database;
  const earlier = await findByIdempotencyKey(kysely, commit, key);
  if (earlier === null) return null;
  if (facts.repetition.by === 'content' && earlier.state === 'error') {
    // Whoever sends again what could not be read wants it to be tried again.
    await releaseIdempotencyKey(kysely, earlier.id);
    return null;
  }
  const isSame = earlier.idempotency_sha256 !== null && Buffer.compare(earlier.idempotency_sha256, sha256) === 0;
  return isSame ? { kind: 'duplicate', upload: earlier } : { kind: 'conflict' };
}

function idempotencyOf(facts: WholeUploadFacts, bytes: KeptBytes): UploadFacts['idempotency'] {
  const { repetition } = facts;
  if (repetition.by === 'nothing') return null;
  const key = repetition.by === 'key' ? `key:${repetition.key}` : `content:${contentKey(facts, bytes)}`;
  return { key, sha256: bytes.sha256 };
}

/** Bytes, kind, flags, name, job and env: what is equal in all of them is the same upload (upload-protocol §8.1). */
function contentKey({ kind, flags, name, job, env }: WholeUploadFacts, { sha256 }: KeptBytes): string {
  const variables = Object.entries(env ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const rest = JSON.stringify([kind, [...(flags ?? [])].toSorted(), name ?? null, job ?? null, variables]);
  return createHash('sha256').update(sha256).update(rest).digest('hex');
}
