import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** The longest of some names that is a branch, with its head. */
export async function findLongestBranch(
  database: Kysely<Database>,
  repositoryId: number,
  names: readonly string[],
): Promise<{ readonly name: string; readonly head_sha: string } | null> {
  const rows = await database
    .selectFrom('branches')
    .select(['name', 'head_sha'])
    .where('repository_id', '=', repositoryId)
    .where('name', 'in', names)
    .execute();
  return longest(rows, ({ name }) => name);
}

/** The longest of some names that is a tag, with the commit that carried it last. */
export async function findLongestTag(
  database: Kysely<Database>,
  repositoryId: number,
  names: readonly string[],
): Promise<{ readonly name: string; readonly sha: string } | null> {
  const rows = await database
    .selectFrom('commits')
    .select(['tag', 'sha'])
    .where('repository_id', '=', repositoryId)
    .where('tag', 'in', names)
    .orderBy('id', 'desc')
    .limit(MOST_TAGGED)
    .execute();
  const found = longest(rows, ({ tag }) => tag ?? '');
  return found === null ? null : { name: found.tag ?? '', sha: found.sha };
}

/** A tag is one commit; an uploader may say it of several. */
const MOST_TAGGED = 100;

function longest<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Row | null {
  let best: Row | null = null;
  for (const row of rows) if (best === null || nameOf(row).length > nameOf(best).length) best = row;
  return best;
}
