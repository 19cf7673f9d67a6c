import { firstOf, type Environment } from '../environment.ts';
import { forgeOfAddress, joined, type CiProvider, type CiValues } from './provider.ts';

/** GitHub Actions, and the runners of Forgejo and Gitea that set the same variables (providers §8, rows 2 and 31). */

export const githubActions: CiProvider = {
  service: 'github-actions',
  detect: (environment) => firstOf(environment, 'GITHUB_ACTIONS') !== null,
  read: (environment) => {
    const pull = pullOf(environment, /^refs\/pull\/(\d+)\/merge$/);
    return {
      ...common(environment),
      pull,
      isTrialMerge: pull !== null,
      forge: forgeOfAddress(firstOf(environment, 'GITHUB_SERVER_URL')) ?? githubOfUnknownHost(environment),
    };
  },
};

/** Before GitHub Actions: its runner also sets GITEA_ACTIONS and GITHUB_ACTIONS [better]. */
export const forgejoActions: CiProvider = {
  service: 'forgejo-actions',
  detect: (environment) => firstOf(environment, 'FORGEJO_ACTIONS') !== null,
  read: readGitea,
};

/** Before GitHub Actions: its runner also sets GITHUB_ACTIONS [better]. */
export const giteaActions: CiProvider = {
  service: 'gitea-actions',
  detect: (environment) => firstOf(environment, 'GITEA_ACTIONS') !== null,
  read: readGitea,
};

function readGitea(environment: Environment): CiValues {
  return {
    ...common(environment),
    // These forges build the pushed commit itself.
    pull: pullOf(environment, /^refs\/pull\/(\d+)\/(?:head|merge)$/),
    forge: 'gitea',
  };
}

function common(environment: Environment): CiValues {
  const slug = firstOf(environment, 'GITHUB_REPOSITORY');
  const build = firstOf(environment, 'GITHUB_RUN_ID');
  const workflow = firstOf(environment, 'GITHUB_WORKFLOW');
  const job = firstOf(environment, 'GITHUB_JOB');
  return {
    commit: firstOf(environment, 'GITHUB_SHA'),
    branch: firstOf(environment, 'GITHUB_HEAD_REF') ?? pushedBranch(environment),
    baseBranch: firstOf(environment, 'GITHUB_BASE_REF'),
    build,
    buildUrl: joined(firstOf(environment, 'GITHUB_SERVER_URL'), slug, 'actions/runs', build),
    job: workflow,
    name: workflow !== null && job !== null ? `${workflow} - ${job}` : null,
    slug,
  };
}

/** Branch of a push. A merge queue's branch is named after its target, which may hold slashes: only the last part is the queue's. */
function pushedBranch(environment: Environment): string | null {
  const branch = /^refs\/heads\/(.+)$/.exec(firstOf(environment, 'GITHUB_REF') ?? '')?.[1] ?? null;
  return branch?.replace(/^gh-readonly-queue\/(.+)\/[^/]+$/, '$1') ?? null;
}

/** Number of the pull request; only a pull request's run has GITHUB_HEAD_REF. */
function pullOf(environment: Environment, reference: RegExp): string | null {
  if (firstOf(environment, 'GITHUB_HEAD_REF') === null) return null;
  return reference.exec(firstOf(environment, 'GITHUB_REF') ?? '')?.[1] ?? null;
}

function githubOfUnknownHost(environment: Environment): 'github' | 'github_enterprise' {
  return firstOf(environment, 'GITHUB_SERVER_URL') === null ? 'github' : 'github_enterprise';
}
