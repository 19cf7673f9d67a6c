import type { Kysely } from 'kysely';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import { findRepository, findRepositoryByServiceId, rememberServiceIds } from '../database/queries/repositories.ts';
import type { Database } from '../database/tables.ts';
import type { OidcIdentity } from './oidc-claims.ts';
import type { UploadRequest } from './upload-request.ts';

/**
 * The repository that a verified identity belongs to: by the forge's id when it is stored, else by name (upload-protocol §2.4).
 * A name whose stored ids are others was taken over by somebody else, and is not it. Ids that were not known are stored, so that
 * the next take-over is noticed.
 */
export async function findRepositoryOfIdentity(
  database: Kysely<Database>,
  identity: OidcIdentity,
): Promise<OwnedRepository | null> {
  const { service, repositoryId, ownerId, slug } = identity;
  const byId = repositoryId === null ? null : await findRepositoryByServiceId(database, service, repositoryId);
  if (byId !== null) return byId;
  const byName = slug === null ? null : await findRepository(database, { service, owner: slug.owner, name: slug.name });
  if (byName === null) return null;
  if (isOther(byName.service_id, repositoryId) || isOther(byName.owner_service_id, ownerId)) return null;
  await rememberServiceIds(database, byName, { repository: repositoryId, owner: ownerId });
  return byName;
}

/**
 * Why the commit or branch of an upload cannot be that of the job that the token was made for, naming both values; null when
 * they agree or nothing can be said (providers §7).
 *
 * The job of a pull request builds a merge commit that the forge made; uploaders send the head of the pull instead, which is its
 * second parent. Where the commit graph does not know the merge commit this cannot be checked, and is accepted.
 */
export async function explainMismatch(
  database: Kysely<Database>,
  repository: OwnedRepository,
  identity: OidcIdentity,
  { sha, branch }: Pick<UploadRequest, 'sha' | 'branch'>,
): Promise<string | null> {
  if (branch !== null && identity.branch !== null && !isSameBranch(branch, identity)) {
    return `The identity token was made for the branch ${quoted(identity.branch)}, the upload names ${quoted(branch)}.`;
  }
  if (sha === null || identity.sha === null || identity.sha.startsWith(sha)) return null;
  if (identity.isPull && (await mayBeHead(database, repository.id, identity.sha, sha))) return null;
  return `The identity token was made for the commit ${identity.sha}, the upload names ${sha}.`;
}

function isOther(stored: string | null, given: string | null): boolean {
  return stored !== null && given !== null && stored !== given;
}

// Of a pull from a fork uploaders send `owner:branch`, the token has the bare branch.
function isSameBranch(branch: string, identity: OidcIdentity): boolean {
  if (branch === identity.branch) return true;
  return identity.isPull && branch.slice(branch.indexOf(':') + 1) === identity.branch;
}

async function mayBeHead(
  database: Kysely<Database>,
  repositoryId: number,
  mergeSha: string,
  sha: string,
): Promise<boolean> {
  const merge = await database
    .selectFrom('commit_graph')
    .select('parents')
    .where('repository_id', '=', repositoryId)
    .where('sha', '=', mergeSha)
    .executeTakeFirst();
  return merge === undefined || merge.parents.some((parent) => parent.startsWith(sha));
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
