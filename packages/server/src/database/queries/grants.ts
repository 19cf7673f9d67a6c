import type { Kysely } from 'kysely';
import type { Database, Role } from '../tables.ts';

/** What a grant is for: every repository of an owner, or one. */
export type GrantTarget =
  | { readonly kind: 'owner'; readonly ownerId: number }
  | { readonly kind: 'repository'; readonly repositoryId: number };

/** Gives a person a role; an earlier one on the same target is replaced. */
export async function grantRole(
  database: Kysely<Database>,
  userId: number,
  target: GrantTarget,
  role: Role,
): Promise<void> {
  const insert = database.insertInto('grants');
  if (target.kind === 'owner') {
    await insert
      .values({ user_id: userId, owner_id: target.ownerId, role })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'owner_id']).where('owner_id', 'is not', null).doUpdateSet({ role }),
      )
      .execute();
    return;
  }
  await insert
    .values({ user_id: userId, repository_id: target.repositoryId, role })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'repository_id']).where('repository_id', 'is not', null).doUpdateSet({ role }),
    )
    .execute();
}

const RANK: Readonly<Record<Role, number>> = { reader: 1, member: 2, admin: 3 };

/** The highest role a person has on a repository, by a grant on it or on its owner; null without one. */
export async function findRole(
  database: Kysely<Database>,
  userId: number,
  repository: { readonly id: number; readonly owner_id: number },
): Promise<Role | null> {
  const rows = await database
    .selectFrom('grants')
    .select('role')
    .where('user_id', '=', userId)
    .where((where) =>
      where.or([where('repository_id', '=', repository.id), where('owner_id', '=', repository.owner_id)]),
    )
    .execute();
  return rows.reduce<Role | null>((best, { role }) => (best === null || RANK[role] > RANK[best] ? role : best), null);
}

/** What a person was granted, for lists: every repository with one of these ids or owners is readable. */
export async function listGrants(
  database: Kysely<Database>,
  userId: number,
): Promise<{ readonly ownerIds: readonly number[]; readonly repositoryIds: readonly number[] }> {
  const rows = await database
    .selectFrom('grants')
    .select(['owner_id', 'repository_id'])
    .where('user_id', '=', userId)
    .execute();
  return {
    ownerIds: rows.flatMap(({ owner_id }) => owner_id ?? []),
    repositoryIds: rows.flatMap(({ repository_id }) => repository_id ?? []),
  };
}
