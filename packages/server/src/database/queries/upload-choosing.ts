import { sql, type Kysely } from 'kysely';
import type { Database, Upload } from '../tables.ts';

/** Which uploads of a commit count; nothing chosen = all. */
export interface UploadChoice {
  /** Only those that carry one of these flags. */
  readonly flags: readonly string[];
  /** Only these, by their public id. */
  readonly uploads: readonly string[];
}

/** Those in the commit's report that fit a choice, oldest first. */
export async function listMergedOf(
  database: Kysely<Database>,
  commitId: number,
  { flags, uploads }: UploadChoice,
): Promise<Upload[]> {
  let query = database
    .selectFrom('uploads')
    .selectAll()
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', '=', 'merged')
    .where('part_key', 'is not', null);
  if (flags.length > 0) query = query.where(sql<boolean>`flags && ${[...flags]}::text[]`);
  if (uploads.length > 0) query = query.where(sql<boolean>`external_id::text = any(${[...uploads]}::text[])`);
  return query.orderBy('id').execute();
}

/** A flag of a commit's report. */
export interface MergedFlag {
  readonly name: string;
  readonly uploads: number;
}

/** The flags of a commit's report, those with most lines first. */
export async function listMergedFlags(
  database: Kysely<Database>,
  commitId: number,
  most: number,
): Promise<readonly MergedFlag[]> {
  const { rows } = await sql<MergedFlag>`
    select flag as name, count(*)::int as uploads
    from uploads cross join lateral unnest(flags) flag
    where commit_id = ${commitId} and kind = 'coverage' and state = 'merged' and part_key is not null
    group by flag
    order by sum(lines) desc nulls last, flag
    limit ${most}
  `.execute(database);
  return rows;
}
