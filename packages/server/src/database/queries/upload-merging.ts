import { sql, type Kysely } from 'kysely';
import type { Database, Upload } from '../tables.ts';

/** When an upload takes the place of an earlier one of its commit, `thatch.uploads.supersede`. */
export type SupersedeRule = 'equal_content' | 'same_job' | 'never';

/**
 * Marks earlier uploads that this one repeats (report-model §4): under `equal_content` those of equal content, flags, name, job, build and
 * environment where a build or job tells that it is a repeated attempt; under `same_job` those of equal flags, name, job and
 * environment. Must run after {@link wantMerge} in the same transaction, which orders those of one commit. An upload without a token
 * never takes the place of a trusted one (providers §7).
 */
export async function supersedeRepeats(
  transaction: Kysely<Database>,
  id: number,
  rule: SupersedeRule,
): Promise<number> {
  if (rule === 'never') return 0;
  const isRepeat =
    rule === 'same_job'
      ? sql`coalesce(later.job, '') <> ''`
      : sql`earlier.content_sha256 = later.content_sha256 and earlier.build is not distinct from later.build
          and (coalesce(later.build, '') <> '' or coalesce(later.job, '') <> '')`;
  const result = await sql`
    update uploads earlier set state = 'superseded', superseded_by = later.id, updated_at = now()
    from uploads later
    where later.id = ${id} and earlier.id <> later.id and earlier.commit_id = later.commit_id
      and earlier.kind = 'coverage' and earlier.state in ('processed', 'merged')
      and earlier.flags = later.flags and earlier.name is not distinct from later.name
      and earlier.job is not distinct from later.job and earlier.env is not distinct from later.env
      and ${isRepeat} and (earlier.is_unprotected or not later.is_unprotected)
  `.execute(transaction);
  return Number(result.numAffectedRows ?? 0n);
}

/** Parts that count for a commit. */
export async function partsOfCommit(database: Kysely<Database>, commitId: number): Promise<Upload[]> {
  return database
    .selectFrom('uploads')
    .selectAll()
    .where('commit_id', '=', commitId)
    .where('kind', '=', 'coverage')
    .where('state', 'in', ['processed', 'merged'])
    .where('part_key', 'is not', null)
    .orderBy('id')
    .execute();
}

/** Their parts are in the commit's report. Returns those that were not before. */
export async function markMerged(
  transaction: Kysely<Database>,
  ids: readonly number[],
  mergeMilliseconds: number,
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await transaction
    .updateTable('uploads')
    .set({ state: 'merged', merged_at: sql`now()`, merge_ms: mergeMilliseconds, updated_at: sql`now()` })
    .where('id', 'in', [...ids])
    .where('state', '=', 'processed')
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Gives a commit the read uploads of another, as rows of its own that share the parts; those it has already are left out. Returns how many
 * were added.
 */
export async function copyUploads(
  transaction: Kysely<Database>,
  fromCommit: number,
  toCommit: number,
): Promise<number> {
  const result = await sql`
    insert into uploads (
      external_id, repository_id, commit_id, kind, state, flags, name, job, build, build_url, ci, env, via, agent, package,
      is_unprotected, notices, options, raw_key, raw_size, raw_sha256, raw_md5, content_sha256, stored_at, part_key, part_size,
      formats, files_in, files, lines, hits, misses, partials, branches, methods, complexity, complexity_total, processed_at
    )
    select
      gen_random_uuid(), origin.repository_id, ${toCommit}, kind, 'processed', flags, name, job, build, build_url, ci, env, via, agent,
      package, is_unprotected,
      origin.notices || jsonb_build_array(jsonb_build_object(
        'code', 'transplanted', 'message', 'Taken over from the commit ' || source.sha || '.'
      )),
      options, raw_key, raw_size, raw_sha256, raw_md5, content_sha256, stored_at, part_key, part_size,
      formats, files_in, origin.files, origin.lines, origin.hits, origin.misses, origin.partials, origin.branches, origin.methods,
      origin.complexity, origin.complexity_total, now()
    from uploads origin
    join commits source on source.id = origin.commit_id
    where origin.commit_id = ${fromCommit} and kind = 'coverage' and origin.state in ('processed', 'merged') and part_key is not null
      and not exists (select from uploads there where there.commit_id = ${toCommit} and there.part_key = origin.part_key)
    order by origin.id
  `.execute(transaction);
  return Number(result.numAffectedRows ?? 0n);
}
