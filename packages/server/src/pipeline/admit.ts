import type { App } from '../app.ts';
import { countSessions } from '../database/queries/uploads.ts';
import type { Commit, Repository, Upload } from '../database/tables.ts';
import { openUpload, type UploadFacts } from './receive.ts';

/** An upload that may send its bytes, or a commit that has as many as it may have. */
export type Admission =
  | { readonly kind: 'opened'; readonly upload: Upload }
  | { readonly kind: 'full'; readonly sessions: number; readonly limit: number };

/**
 * Opens an upload unless the commit is full: `setup.max_sessions`, exact on every address (upload-protocol §5.4). Uploads that failed,
 * were superseded or never got bytes hold no place.
 */
export async function admitUpload(
  app: App,
  repository: Pick<Repository, 'id' | 'is_active'>,
  commit: Commit,
  facts: UploadFacts,
): Promise<Admission> {
  const limit = app.config.setup.maxSessions;
  if (limit === null || limit === 0 || facts.kind !== 'coverage') {
    return { kind: 'opened', upload: await openUpload(app, repository, commit, facts) };
  }
  return app.database.kysely.transaction().execute(async (transaction): Promise<Admission> => {
    // Who counts and adds for one commit does so after the other.
    await transaction.selectFrom('commits').select('id').where('id', '=', commit.id).forUpdate().execute();
    const sessions = await countSessions(transaction, commit.id);
    if (sessions >= limit) return { kind: 'full', sessions, limit };
    const within = { ...app, database: { ...app.database, kysely: transaction } };
    return { kind: 'opened', upload: await openUpload(within, repository, commit, facts) };
  });
}

/** How a full commit is told to the client. */
export function fullText({ sessions, limit }: Extract<Admission, { kind: 'full' }>): string {
  return `This commit already has ${sessions} uploads; limit setup.max_sessions=${limit}`;
}
