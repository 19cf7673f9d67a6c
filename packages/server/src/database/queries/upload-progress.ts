import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** How far the coverage uploads of a commit are; superseded ones and those whose bytes never came are not counted. */
export interface UploadProgressRow {
  readonly all: number;
  readonly merged: number;
  readonly errors: number;
  /** Announced, their bytes not here yet. */
  readonly started: number;
  /** Here and not yet read. */
  readonly stored: number;
  /** Read and not yet in the report. */
  readonly processed: number;
}

export const NO_UPLOADS: UploadProgressRow = { all: 0, merged: 0, errors: 0, started: 0, stored: 0, processed: 0 };

/** Progress of several commits by our id; those without uploads are not in it. */
export async function progressOfCommits(
  database: Kysely<Database>,
  commitIds: readonly number[],
): Promise<Map<number, UploadProgressRow>> {
  if (commitIds.length === 0) return new Map();
  const inState = (state: string) => sql<number>`(count(*) filter (where state = ${sql.lit(state)}))::int`;
  const rows = await database
    .selectFrom('uploads')
    .select([
      'commit_id',
      sql<number>`count(*)::int`.as('all'),
      inState('merged').as('merged'),
      inState('error').as('errors'),
      inState('started').as('started'),
      inState('stored').as('stored'),
      inState('processed').as('processed'),
    ])
    .where('commit_id', 'in', [...commitIds])
    .where('kind', '=', 'coverage')
    .where('state', 'not in', ['superseded', 'expired'])
    .where((where) => where.or([where('state', '<>', 'started'), where('put_until', '>', sql<Date>`now()`)]))
    .groupBy('commit_id')
    .execute();
  return new Map(rows.map(({ commit_id, ...progress }) => [commit_id, progress]));
}
