import type { App } from '../../app.ts';
import type { Commit } from '../../database/tables.ts';
import { type CommitFacts, resolveCommit, saveCommit } from '../../database/queries/commits.ts';
import type { Answer } from './answer.ts';
import { tellNewCommit } from './commits.ts';
import type { Entry } from './gate.ts';
import type { Checked } from './schemas.ts';

/** The commit of I and J: a known one stays as it is, an unknown one is made (upload-protocol §5.2). */
export async function knownOrNewCommit(app: App, repositoryId: number, facts: CommitFacts): Promise<Commit> {
  const known = await resolveCommit(app.database.kysely, repositoryId, facts.sha);
  if (known !== null) return known;
  const commit = await saveCommit(app.database.kysely, repositoryId, facts, { branch: false, parentAndPull: false });
  if (commit.is_new) tellNewCommit(app, commit);
  return commit;
}

/**
 * What to answer when the repository named by a body was not opened: to a token that is right, a missing slug is a fault of the field
 * and not an unknown repository.
 */
export function refusalBeforeFields(
  entry: Extract<Entry, { readonly kind: 'refused' }>,
  checked: Checked<unknown>,
): Answer {
  const isAboutSlug = entry.refusal.code === 'repository_required' || entry.refusal.code === 'repository_unknown';
  return isAboutSlug && checked.kind === 'answer' ? checked.answer : entry.answer;
}
