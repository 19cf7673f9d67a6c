import { sql, type Kysely } from 'kysely';
import type { Visibility } from '../../auth/repository-access.ts';
import type { Service } from '../../names.ts';
import type { Database } from '../tables.ts';
import { DEFAULT_BRANCH, visibleRepositories } from './visible-repositories.ts';

/** An owner with the sums over what somebody may see of it. */
export interface VisibleOwner {
  readonly id: number;
  readonly service: Service;
  readonly name: string;
  readonly repositories: number;
  /** Repositories whose default branch has a report. */
  readonly reporting: number;
  readonly lines: number;
  readonly hits: number;
  readonly partials: number;
  readonly misses: number;
}

/** An installation has one for each organisation; more than these are no list to be read. */
const MOST_OWNERS = 2000;

/** The owners of which somebody sees at least one repository, by name. */
export async function listVisibleOwners(
  database: Kysely<Database>,
  visibility: Visibility,
): Promise<readonly VisibleOwner[]> {
  const { rows } = await sql<VisibleOwner>`
    select
      owners.id,
      owners.service,
      owners.name,
      count(*) as repositories,
      count(head.id) as reporting,
      coalesce(sum(head.lines), 0)::bigint as lines,
      coalesce(sum(head.hits), 0)::bigint as hits,
      coalesce(sum(head.partials), 0)::bigint as partials,
      coalesce(sum(head.misses), 0)::bigint as misses
    from repositories
    join owners on owners.id = repositories.owner_id
    left join lateral (
      select id, lines, hits, partials, misses from commits
      where commits.repository_id = repositories.id and commits.branch = ${DEFAULT_BRANCH}
        and report_key is not null and sessions > 0
      order by coalesce(committed_at, created_at) desc, id desc limit 1
    ) head on true
    where ${visibleRepositories(visibility)}
    group by owners.id
    order by lower(owners.name), owners.service
    limit ${MOST_OWNERS}
  `.execute(database);
  return rows;
}

/** Whether somebody may know of an owner: sees one of its repositories, or would see any that comes. */
export async function isOwnerVisible(
  database: Kysely<Database>,
  ownerId: number,
  visibility: Visibility,
): Promise<boolean> {
  if (visibility.kind === 'all') return true;
  if (visibility.kind === 'public-and' && visibility.ownerIds.includes(ownerId)) return true;
  const row = await database
    .selectFrom('repositories')
    .select('id')
    .where('owner_id', '=', ownerId)
    .where(visibleRepositories(visibility))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
