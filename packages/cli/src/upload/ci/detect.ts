import { firstOf, type Environment } from '../environment.ts';
import { isSlug, type Forge } from '../forge.ts';
import { forgejoActions, giteaActions, githubActions } from './actions.ts';
import { cloudBuild, codebuild } from './clouds.ts';
import { drone, harness, woodpecker } from './drone-family.ts';
import { azurePipelines, bitbucket, gitlab } from './forges.ts';
import {
  appveyor,
  bitrise,
  buddy,
  buildkite,
  circleci,
  cirrus,
  codefresh,
  codeship,
  heroku,
  semaphore,
  travis,
} from './hosted.ts';
import { buddybuild, docker, greenhouse, magnum, shippable, solano, wercker } from './older.ts';
import type { CiProvider, CiValues } from './provider.ts';
import { bamboo, jenkins, teamcity } from './servers.ts';

/** Every CI system, in the order in which they are asked (providers §8: the first match wins). */
export const CI_PROVIDERS: readonly CiProvider[] = [
  circleci,
  // Their runners imitate GitHub's.
  forgejoActions,
  giteaActions,
  githubActions,
  gitlab,
  bitbucket,
  bitrise,
  appveyor,
  woodpecker,
  harness,
  heroku,
  drone,
  buildkite,
  azurePipelines,
  jenkins,
  cirrus,
  teamcity,
  travis,
  codebuild,
  cloudBuild,
  semaphore,
  codeship,
  codefresh,
  bamboo,
  buddy,
  wercker,
  shippable,
  buddybuild,
  magnum,
  solano,
  greenhouse,
  docker,
];

/** No CI system: somebody's own machine, or a CI that nobody has described yet. */
const local: CiProvider = {
  service: 'local',
  detect: () => true,
  read: (environment) => ({
    commit: firstOf(environment, 'GIT_COMMIT'),
    branch: firstOf(environment, 'GIT_BRANCH', 'BRANCH_NAME'),
  }),
};

/** What the environment tells, checked: null is "it does not say". */
export interface CiContext {
  readonly service: string;
  /** 40 or 64 hexadecimal digits, lower case. */
  readonly commit: string | null;
  readonly isTrialMerge: boolean;
  readonly branch: string | null;
  readonly baseBranch: string | null;
  readonly pull: number | null;
  readonly build: string | null;
  readonly buildUrl: string | null;
  readonly job: string | null;
  readonly name: string | null;
  /** `owner[/group…]/name`. */
  readonly slug: string | null;
  readonly forge: Forge | null;
}

/**
 * Reads which CI system runs this, and what it says about commit, branch, pull request and build (providers §8).
 *
 * @example detectCi({ GITLAB_CI: 'true', CI_COMMIT_SHA: sha }).service // 'gitlab'
 */
export function detectCi(environment: Environment): CiContext {
  const provider = CI_PROVIDERS.find((candidate) => candidate.detect(environment)) ?? local;
  const values = provider.read(environment);
  const { branch, pull } = branchAndPull(environment, values);
  return {
    service: provider.service,
    commit: fullCommit(values.commit),
    isTrialMerge: values.isTrialMerge ?? false,
    branch,
    baseBranch: cleanBranch(values.baseBranch),
    pull,
    build: meaningful(values.build),
    buildUrl: webAddress(values.buildUrl),
    job: values.job ?? null,
    name: values.name ?? null,
    slug: typeof values.slug === 'string' && isSlug(values.slug) ? values.slug : null,
    forge: values.forge ?? null,
  };
}

/** Short ones are left to git, which knows the whole. */
function fullCommit(text: string | null | undefined): string | null {
  return text != null && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) ? text.toLowerCase() : null;
}

/** A "branch" that names a pull request is the pull request, and no branch (providers §8, as the server does it). */
function branchAndPull(environment: Environment, values: CiValues): Pick<CiContext, 'branch' | 'pull'> {
  // The old action told the branch of a fork (`user:branch`) by this name.
  const branch = firstOf(environment, 'TOKENLESS') ?? cleanBranch(values.branch);
  const pull = pullNumber(values.pull);
  const named = /^(?:refs\/)?(?:pull|pr)\/(\d+)(?:\/(?:head|merge))?$/.exec(branch ?? '');
  return named === null ? { branch, pull } : { branch: null, pull: pull ?? pullNumber(named[1]) };
}

function cleanBranch(text: string | null | undefined): string | null {
  const branch = text?.replace(/^refs\/heads\//, '').replace(/^origin\//, '');
  return branch === undefined || branch === '' || branch === 'HEAD' ? null : branch;
}

/** Digits only: several systems write `false` for "no pull request". */
function pullNumber(text: string | null | undefined): number | null {
  if (text == null || !/^\d{1,15}$/.test(text)) return null;
  return Number(text) || null;
}

function meaningful(text: string | null | undefined): string | null {
  return text == null || /^(?:null|undefined|none|nil)$/i.test(text) ? null : text;
}

function webAddress(text: string | null | undefined): string | null {
  return text != null && text.length <= 2000 && /^https?:\/\/\S+$/.test(text) ? text : null;
}
