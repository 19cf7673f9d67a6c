import type { Installation } from '../admin.ts';
import type { OwnerName } from '../database/queries/owners.ts';
import { findOrCreateOwner, setTokenRequired } from '../database/queries/owners.ts';
import type { OwnedRepository, RepositorySettings } from '../database/queries/repositories.ts';
import {
  deleteRepository,
  findOrCreateRepository,
  findRepository,
  listObjectKeys,
  updateRepository,
} from '../database/queries/repositories.ts';
import type { RepositoryName } from '../names.ts';
import { formatRepository } from '../names.ts';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';

/** Sets what is given; a repository that is not known yet comes into being, so that it can be prepared before its first upload. */
export async function setRepository(
  { database }: Installation,
  name: RepositoryName,
  settings: RepositorySettings,
): Promise<{ readonly isNew: boolean }> {
  const { repository, isNew } = await findOrCreateRepository(database, name);
  await updateRepository(database, repository.id, settings);
  return { isNew };
}

/** The repository of that name; refused when there is none. */
export async function requireRepository(
  { database }: Installation,
  name: RepositoryName,
): Promise<Outcome<OwnedRepository>> {
  const repository = await findRepository(database, name);
  if (repository !== null) return ok(repository);
  return refused(`there is no repository ${formatRepository(name)}`, 'Check the service, the owner and the name.', 1);
}

/**
 * Removes a repository with its commits, uploads, reports, tokens and objects. Rows go first: a crash in between leaves objects
 * that nobody names, never rows whose objects are gone.
 */
export async function removeRepository(installation: Installation, name: RepositoryName): Promise<Outcome<null>> {
  const found = await requireRepository(installation, name);
  if (found.kind === 'refused') return found;
  const { database, objects } = installation;
  const keys = await listObjectKeys(database, found.value.id);
  await deleteRepository(database, found.value.id);
  for (const key of keys) await objects.delete(key);
  return ok(null);
}

/** "Token required for public repositories" of an owner (upload-protocol §2.2, rule 1), who comes into being when not known yet. */
export async function setOwnerTokenRequired(
  { database }: Installation,
  name: OwnerName,
  isRequired: boolean,
): Promise<void> {
  const owner = await findOrCreateOwner(database, name);
  await setTokenRequired(database, owner.id, isRequired);
}
