import { sql } from 'kysely';
import type { Visibility } from '../../auth/repository-access.ts';

/** Which repositories somebody may see, as a condition on `repositories`. */
export function visibleRepositories(visibility: Visibility) {
  if (visibility.kind === 'all') return sql<boolean>`true`;
  if (visibility.kind === 'nothing') return sql<boolean>`false`;
  const { ownerIds, repositoryIds } = visibility;
  return sql<boolean>`(
    not repositories.is_private
    or repositories.owner_id = any(${ownerIds}::bigint[])
    or repositories.id = any(${repositoryIds}::bigint[])
  )`;
}

/** The default branch of a row of `repositories`: as set, as uploaders told, `main` or `master`, else the first seen. */
export const DEFAULT_BRANCH = sql<string | null>`coalesce(
  repositories.default_branch,
  repositories.uploader_default_branch,
  (
    select name from branches where repository_id = repositories.id
    order by case name when 'main' then 0 when 'master' then 1 else 2 end, created_at, name limit 1
  )
)`;
