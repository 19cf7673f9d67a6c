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

/** Flags that a commit's report has and the one before it had not, and the other way round. */
export interface FlagSetChange {
  readonly commit_id: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Where the set of flags changes along a list of commits, given by our ids in their order. Of one change the first flags by name are told.
 * Compared where they are stored: a commit may have thousands.
 */
export async function listFlagChanges(
  database: Kysely<Database>,
  commitIds: readonly number[],
  most: number,
): Promise<readonly FlagSetChange[]> {
  const { rows } = await sql<FlagSetChange>`
    with sets as (
      select commit_id, place, array(
        select distinct flag from uploads cross join lateral unnest(flags) flag
        where uploads.commit_id = listed.commit_id and kind = 'coverage' and state = 'merged' and part_key is not null
        order by flag
      ) as flags
      from unnest(${[...commitIds]}::bigint[]) with ordinality as listed(commit_id, place)
    ),
    pairs as (select commit_id, flags, lag(flags) over (order by place) as before from sets)
    select commit_id,
      array(select unnest(flags) except select unnest(before) order by 1 limit ${most}) as added,
      array(select unnest(before) except select unnest(flags) order by 1 limit ${most}) as removed
    from pairs where before <> flags
  `.execute(database);
  return rows;
}
