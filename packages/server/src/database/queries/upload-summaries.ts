import { sql, type Kysely } from 'kysely';
import type { Database } from '../tables.ts';
import type { ProblemRow } from './upload-problems.ts';

/** How much was wrong with an upload, and the first of it: errors before warnings. */
export interface ProblemSummary {
  readonly errors: number;
  readonly warnings: number;
  readonly first: ProblemRow;
}

/** Summaries of uploads by our id; those without problems are not in it. Notices do not count. */
export async function summariseProblems(
  database: Kysely<Database>,
  uploadIds: readonly number[],
): Promise<Map<number, ProblemSummary>> {
  if (uploadIds.length === 0) return new Map();
  const { rows } = await sql<ProblemRow & { errors: number; warnings: number }>`
    select distinct on (upload_id) upload_problems.*,
      (count(*) filter (where severity = 'error') over (partition by upload_id))::int as errors,
      (count(*) filter (where severity = 'warning') over (partition by upload_id))::int as warnings
    from upload_problems
    where upload_id = any(${[...uploadIds]}) and severity <> 'notice'
    order by upload_id, (severity = 'error') desc, position
  `.execute(database);
  return new Map(rows.map(({ errors, warnings, ...first }) => [first.upload_id, { errors, warnings, first }]));
}

/** Public ids of uploads by our id. */
export async function externalIds(
  database: Kysely<Database>,
  uploadIds: readonly number[],
): Promise<Map<number, string>> {
  if (uploadIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('uploads')
    .select(['id', 'external_id'])
    .where('id', 'in', [...uploadIds])
    .execute();
  return new Map(rows.map(({ id, external_id }) => [id, external_id]));
}
