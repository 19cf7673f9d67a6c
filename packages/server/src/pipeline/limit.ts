import type { App } from '../app.ts';
import { countSessions } from '../database/queries/uploads.ts';
import type { UploadKind } from '../database/tables.ts';

/** A commit that has as many uploads as it may have. */
export interface FullCommit {
  readonly kind: 'full';
  readonly sessions: number;
  readonly limit: number;
}

/**
 * Whether a commit takes no further upload of this kind, by `setup.max_sessions` (upload-protocol §5.4); null when it does. Only uploads
 * whose bytes are here hold a place (§5.2), none that failed or was superseded. Exact under the lock of the commit's row.
 */
export async function findFull(
  { config, database }: Pick<App, 'config' | 'database'>,
  commitId: number,
  kind: UploadKind,
): Promise<FullCommit | null> {
  const limit = kind === 'coverage' ? config.setup.maxSessions : null;
  if (limit === null) return null;
  const sessions = await countSessions(database.kysely, commitId);
  return sessions >= limit ? { kind: 'full', sessions, limit } : null;
}

/** How a full commit is told to the client. */
export function fullText({ sessions, limit }: FullCommit): string {
  return `This commit already has ${sessions} uploads; limit setup.max_sessions=${limit}`;
}
