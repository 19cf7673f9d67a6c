import { sql } from 'kysely';
import type { App } from '../app.ts';
import { resolveCommit, saveCommit, wantMerge } from '../database/queries/commits.ts';
import { saveReport } from '../database/queries/reports.ts';
import { copyUploads } from '../database/queries/upload-merging.ts';
import { askForMerge } from './merge.ts';

/**
 * Gives the commit `to` the parts of the commit `from`: a rebase or an amended message has the same code and needs no new tests
 * (upload-protocol §1.3 H). Parts are immutable, so both commits share them. Repeating it adds nothing; the commit `to` is made when it is
 * not known.
 *
 * @returns how many uploads were added.
 */
export async function transplant(app: App, repositoryId: number, from: string, to: string): Promise<number> {
  const { kysely } = app.database;
  const source = await resolveCommit(kysely, repositoryId, from);
  if (source === null) return 0;
  const known = await resolveCommit(kysely, repositoryId, to);
  const target =
    known ?? (await saveCommit(kysely, repositoryId, { sha: to }, { branch: false, parentAndPull: false }));
  if (target.id === source.id) return 0;
  await saveReport(kysely, target.id, 'coverage');
  const added = await kysely.transaction().execute(async (transaction) => {
    // Orders this with everything else that changes the commit's uploads.
    await sql`select id from commits where id = ${target.id} for update`.execute(transaction);
    const count = await copyUploads(transaction, source.id, target.id);
    if (count > 0) await wantMerge(transaction, target.id);
    return count;
  });
  if (added > 0) await askForMerge(app, target.id);
  return added;
}
