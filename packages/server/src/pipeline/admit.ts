import type { App } from '../app.ts';
import { countSessions } from '../database/queries/uploads.ts';
import type { Commit, Repository, Upload } from '../database/tables.ts';
import { openUpload, type UploadFacts } from './receive.ts';

/** An upload that may send its bytes, or a commit that has as many as it may have. */
export type Admission = { readonly kind: 'opened'; readonly upload: Upload } | FullCommit;

/** A commit that has as many uploads as it may have. */
export interface FullCommit {
  readonly kind: 'full';
  readonly sessions: number;
  readonly limit: number;
}

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
  if (limitFor(app, facts.kind) === null) {
    return { kind: 'opened', upload: await openUpload(app, repository, commit, facts) };
  }
  return app.database.kysely.transaction().execute(async (transaction): Promise<Admission> => {
    // Who counts and adds for one commit does so after the other.
    await transaction.selectFrom('commits').select('id').where('id', '=', commit.id).forUpdate().execute();
    const within = { ...app, database: { ...app.database, kysely: transaction } };
    const full = await findFull(within, commit.id, facts.kind);
    return full ?? { kind: 'opened', upload: await openUpload(within, repository, commit, facts) };
  });
}

/** Whether a commit takes no further upload of this kind; null when it does. Asked under the lock of its row. */
export async function findFull(app: App, commitId: number, kind: UploadFacts['kind']): Promise<FullCommit | null> {
  const limit = limitFor(app, kind);
  if (limit === null) return null;
  const sessions = await countSessions(app.database.kysely, commitId);
  return sessions >= limit ? { kind: 'full', sessions, limit } : null;
}

/** How a full commit is told to the client. */
export function fullText({ sessions, limit }: FullCommit): string {
  return `This commit already has ${sessions} uploads; limit setup.max_sessions=${limit}`;
}

function limitFor({ config }: App, kind: UploadFacts['kind']): number | null {
  return kind === 'coverage' ? config.setup.maxSessions : null;
}
