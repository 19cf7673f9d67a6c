import type { App } from '../app.ts';
import { deleteUpload, readAgain } from '../database/queries/upload-changes.ts';
import type { Commit, Upload } from '../database/tables.ts';
import { PARSE } from './kinds.ts';
import { askForMerge } from './merge.ts';

/**
 * Reads uploads of a commit again, as they would be read if they came now: after an upgrade, or when a list of files came later. Returns
 * how many. Until all are read, the report counts those that are.
 */
export async function reprocess(app: App, commit: Pick<Commit, 'id'>, upload: Upload | null): Promise<number> {
  const ids = await app.database.kysely
    .transaction()
    .execute((transaction) => readAgain(transaction, commit.id, upload?.id ?? null));
  // A job of the first reading may still stand under the upload's own name.
  const messages = ids.map((id) => ({ id: `again-${id}`, data: { upload: id } }));
  if (messages.length > 0) await app.jobs.enqueue(PARSE, messages);
  else await askForMerge(app, commit.id);
  return ids.length;
}

/** Removes an upload and its bytes; the report is made without it. `busy` = a reader is finishing it at this moment. */
export async function removeUpload(app: App, commit: Pick<Commit, 'sha'>, upload: Upload): Promise<'removed' | 'busy'> {
  const deletion = await app.database.kysely.transaction().execute((transaction) => deleteUpload(transaction, upload));
  if (deletion.kind === 'busy') return 'busy';
  for (const key of deletion.unusedKeys) await app.objects.delete(key);
  if (deletion.isMergeWanted) {
    await askForMerge(app, upload.commit_id);
    return 'removed';
  }
  app.events.publish({
    type: 'commit.complete',
    repositoryId: upload.repository_id,
    commitId: upload.commit_id,
    data: { commit: commit.sha, state: deletion.state, final: true },
  });
  return 'removed';
}
