import type { Kysely } from 'kysely';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import type { Database } from '../database/tables.ts';
import { isFullSha } from '../names.ts';
import { RateLimit } from './rate-limit.ts';
import type { UploadRequest } from './upload-request.ts';

/** `thatch.uploads.tokenless` (providers §7). */
export type TokenlessSetting = 'fork' | 'off';

export interface TokenlessOptions {
  readonly database: Kysely<Database>;
  readonly setting: TokenlessSetting;
  readonly clock: () => number;
}

export type TokenlessAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly hint: string }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** Rule 6 of upload-protocol §2.2 as a judge; `repository` null = not known. */
export type TokenlessJudge = (repository: OwnedRepository | null, request: UploadRequest) => Promise<TokenlessAnswer>;

const MOST_AN_HOUR = 60;
const MOST_KEYS = 20_000;

/**
 * Makes the judge of requests without a right token: the repository is public, and it is a GET, or the branch is that of a fork
 * (`user:branch`), which nothing proves; so it is limited to 60 an hour for each address, repository and endpoint, and never
 * touches a commit of another branch (providers §7).
 *
 * What it says about a private repository and about none is the same.
 */
export function createTokenlessJudge({ database, setting, clock }: TokenlessOptions): TokenlessJudge {
  const limit = new RateLimit({ most: MOST_AN_HOUR, seconds: 3600, keys: MOST_KEYS, clock });
  return async (repository, request) => {
    if (repository === null || repository.is_private) return { kind: 'refused', hint: SEND_A_TOKEN };
    if (request.method === 'GET') return { kind: 'accepted' };
    if (setting === 'off') {
      return {
        kind: 'refused',
        hint: `Uploads without a token are switched off here (thatch.uploads.tokenless). ${SEND_A_TOKEN}`,
      };
    }
    const reason = await refuseBranch(database, repository, request);
    if (reason !== null) return { kind: 'refused', hint: `${reason} ${SEND_A_TOKEN}` };
    const answer = limit.take(`${request.address} ${repository.id} ${request.endpoint}`);
    return answer.kind === 'allowed' ? { kind: 'accepted' } : answer;
  };
}

const SEND_A_TOKEN =
  'Send the upload token of the repository as "Authorization: token …" (CODECOV_TOKEN for most uploaders); without one only public ' +
  'repositories accept uploads, and those only when their owner requires no token or the branch is that of a fork (user:branch).';

/** Addresses whose path holds the commit: there the stored commit's branch decides, whatever the body says. */
const COMMIT_IN_PATH: ReadonlySet<UploadRequest['endpoint']> = new Set(['B', 'C', 'E', 'F', 'G']);
/** Addresses whose body must agree with the stored commit. */
const BODY_MUST_AGREE: ReadonlySet<UploadRequest['endpoint']> = new Set(['I', 'J']);

async function refuseBranch(
  database: Kysely<Database>,
  repository: OwnedRepository,
  { endpoint, sha, branch }: UploadRequest,
): Promise<string | null> {
  const stored = sha !== null && isFullSha(sha) ? await findCommit(database, repository.id, sha) : null;
  if (COMMIT_IN_PATH.has(endpoint)) {
    if (stored === null) return 'The commit is not known here.';
    return isForkBranch(stored.branch)
      ? null
      : `The commit belongs to ${named(stored.branch)}, which is not that of a fork.`;
  }
  if (!isForkBranch(branch)) return `The upload names ${named(branch)}, which is not that of a fork.`;
  if (stored === null) return null;
  if (BODY_MUST_AGREE.has(endpoint) && stored.branch !== branch) return 'The commit is known with another branch.';
  return isForkBranch(stored.branch)
    ? null
    : `The commit already belongs to ${named(stored.branch)}, which is not that of a fork.`;
}

async function findCommit(database: Kysely<Database>, repositoryId: number, sha: string) {
  const row = await database
    .selectFrom('commits')
    .select('branch')
    .where('repository_id', '=', repositoryId)
    .where('sha', '=', sha)
    .executeTakeFirst();
  return row ?? null;
}

function isForkBranch(branch: string | null): branch is string {
  return branch !== null && /^[^:]+:./.test(branch);
}

function named(branch: string | null): string {
  return branch === null ? 'no branch' : `the branch ${JSON.stringify(branch.slice(0, 100))}`;
}
