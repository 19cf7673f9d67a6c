import type { OwnedRepository } from '../../database/queries/repositories.ts';

/** Public forges; of others no address is known. */
const COMMIT_PATHS: Readonly<Partial<Record<OwnedRepository['service'], (slug: string, sha: string) => string>>> = {
  github: (slug, sha) => `https://github.com/${slug}/commit/${sha}`,
  gitlab: (slug, sha) => `https://gitlab.com/${slug}/-/commit/${sha}`,
  bitbucket: (slug, sha) => `https://bitbucket.org/${slug}/commits/${sha}`,
};

/** A commit at its forge; null where none is known. */
export function forgeCommitAddress(
  { service, owner_name, name }: Pick<OwnedRepository, 'service' | 'owner_name' | 'name'>,
  sha: string,
): string | null {
  const slug = [...owner_name.split(':'), name].map(encodeURIComponent).join('/');
  return COMMIT_PATHS[service]?.(slug, sha) ?? null;
}
