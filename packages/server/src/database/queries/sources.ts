import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** The text of a file at one of its versions: once per repository and content (upload-protocol §8.3). */
export interface SourceRow {
  /** Git's name of it, in hex. */
  readonly blob: string;
  /** Null: it came, but is too large to be kept. */
  readonly key: string | null;
  /** Bytes, unpacked. */
  readonly size: number;
}

const BLOBS_AT_ONCE = 10_000;
const ROWS_AT_ONCE = 1000;

/** Which of these blobs a repository does not have, in the order given. */
export async function missingSources(
  database: Kysely<Database>,
  repositoryId: number,
  blobs: readonly string[],
): Promise<string[]> {
  const missing: string[] = [];
  for (let at = 0; at < blobs.length; at += BLOBS_AT_ONCE) {
    const batch = blobs.slice(at, at + BLOBS_AT_ONCE);
    const rows = await database
      .selectFrom('sources')
      .select('blob_sha')
      .where('repository_id', '=', repositoryId)
      .where('blob_sha', 'in', batch)
      .execute();
    const known = new Set(rows.map(({ blob_sha }) => blob_sha));
    missing.push(...batch.filter((blob) => !known.has(blob)));
  }
  return missing;
}

/** Notes sources whose objects are stored. */
export async function addSources(
  database: Kysely<Database>,
  repositoryId: number,
  sources: readonly SourceRow[],
): Promise<void> {
  const ordered = sources.toSorted((one, other) => (one.blob < other.blob ? -1 : 1));
  for (let at = 0; at < ordered.length; at += ROWS_AT_ONCE) {
    await database
      .insertInto('sources')
      .values(
        ordered
          .slice(at, at + ROWS_AT_ONCE)
          .map(({ blob, key, size }) => ({ repository_id: repositoryId, blob_sha: blob, object_key: key, size })),
      )
      .onConflict((conflict) => conflict.columns(['repository_id', 'blob_sha']).doNothing())
      .execute();
  }
}

/** The source of a blob; null when nobody sent it. */
export async function findSource(
  database: Kysely<Database>,
  repositoryId: number,
  blob: string,
): Promise<SourceRow | null> {
  const row = await database
    .selectFrom('sources')
    .select(['blob_sha', 'object_key', 'size'])
    .where('repository_id', '=', repositoryId)
    .where('blob_sha', '=', blob)
    .executeTakeFirst();
  return row === undefined ? null : { blob: row.blob_sha, key: row.object_key, size: row.size };
}
