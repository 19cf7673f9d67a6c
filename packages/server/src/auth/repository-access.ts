import type { Kysely } from 'kysely';
import { findRole, listGrants } from '../database/queries/grants.ts';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import type { Database, Role } from '../database/tables.ts';
import type { ApiPrincipal, ApiRefusal } from './api-principal.ts';
import { unauthenticated } from './api-principal.ts';

/** One request for something of a repository. */
export interface AccessRequest {
  readonly principal: ApiPrincipal;
  /** null = there is no such repository. */
  readonly repository: OwnedRepository | null;
  readonly method: string;
  /** `R/config` shows secrets: the super token does not count there. */
  readonly isConfig?: boolean;
}

export type AccessAnswer =
  | { readonly kind: 'allowed'; readonly repository: OwnedRepository; readonly role: Role | null }
  | ApiRefusal;

export interface AccessOptions {
  readonly database: Kysely<Database>;
  /** `setup.guest_access`. */
  readonly guestAccess: boolean;
}

/** Which repositories somebody may read, as a condition for lists. */
export type Visibility =
  | { readonly kind: 'all' }
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'public-and';
      readonly ownerIds: readonly number[];
      readonly repositoryIds: readonly number[];
    };

/**
 * Who may read a repository (public-api §1.3, providers §6): everybody a public one; a private one those with a role on it or on
 * its owner, administrators of the installation and the super token by GET. To everybody else a private repository is the same
 * as none: 404, after the same reads.
 */
export async function accessRepository(
  { database, guestAccess }: AccessOptions,
  { principal, repository, method, isConfig = false }: AccessRequest,
): Promise<AccessAnswer> {
  if (principal.kind === 'super') {
    if (isConfig) return unauthenticated('Invalid token.');
    return method === 'GET' && repository !== null ? { kind: 'allowed', repository, role: null } : ABSENT;
  }
  if (principal.kind === 'anonymous') {
    if (!guestAccess) return unauthenticated('Authentication credentials were not provided.');
    return repository !== null && !repository.is_private ? { kind: 'allowed', repository, role: null } : ABSENT;
  }
  const role = await findRole(database, principal.userId, repository ?? { id: 0, owner_id: 0 });
  if (repository === null) return ABSENT;
  if (principal.isAdmin) return { kind: 'allowed', repository, role: 'admin' };
  return role !== null || !repository.is_private ? { kind: 'allowed', repository, role } : ABSENT;
}

/** The same rule as {@link accessRepository}, for lists. */
export async function visibilityOf(
  { database, guestAccess }: AccessOptions,
  principal: ApiPrincipal,
): Promise<Visibility> {
  if (principal.kind === 'super') return { kind: 'all' };
  if (principal.kind === 'anonymous') {
    return guestAccess ? { kind: 'public-and', ownerIds: [], repositoryIds: [] } : { kind: 'nothing' };
  }
  if (principal.isAdmin) return { kind: 'all' };
  return { kind: 'public-and', ...(await listGrants(database, principal.userId)) };
}

const ABSENT: ApiRefusal = { kind: 'refused', status: 404, detail: 'Not found.', authenticate: null };
