import { allSet, firstOf } from '../environment.ts';
import { forgeNamed } from '../forge.ts';
import { fromRemote, joined, type CiProvider } from './provider.ts';

/** CI run by its vendor (providers §8, rows 1, 5, 6, 9, 11, 14, 16, 19–21 and 23). */

export const circleci: CiProvider = {
  service: 'circleci',
  detect: (environment) => allSet(environment, 'CI', 'CIRCLECI'),
  read: (environment) => {
    const remote = fromRemote(environment, 'CIRCLE_REPOSITORY_URL');
    return {
      commit: firstOf(environment, 'CIRCLE_SHA1'),
      branch: firstOf(environment, 'CIRCLE_BRANCH'),
      // The number is only set for forks; the address always [better].
      pull:
        firstOf(environment, 'CIRCLE_PR_NUMBER') ??
        firstOf(environment, 'CIRCLE_PULL_REQUEST')?.replace(/\/+$/, '').split('/').at(-1),
      build: firstOf(environment, 'CIRCLE_BUILD_NUM'),
      buildUrl: firstOf(environment, 'CIRCLE_BUILD_URL'),
      job: firstOf(environment, 'CIRCLE_NODE_INDEX'),
      slug:
        joined(firstOf(environment, 'CIRCLE_PROJECT_USERNAME'), firstOf(environment, 'CIRCLE_PROJECT_REPONAME')) ??
        remote.slug,
      forge: remote.forge,
    };
  },
};

export const bitrise: CiProvider = {
  service: 'bitrise',
  detect: (environment) => allSet(environment, 'CI', 'BITRISE_IO'),
  read: (environment) => ({
    ...fromRemote(environment, 'GIT_REPOSITORY_URL'),
    commit: firstOf(environment, 'GIT_CLONE_COMMIT_HASH'),
    branch: firstOf(environment, 'BITRISE_GIT_BRANCH'),
    baseBranch: firstOf(environment, 'BITRISEIO_GIT_BRANCH_DEST'),
    pull: firstOf(environment, 'BITRISE_PULL_REQUEST'),
    build: firstOf(environment, 'BITRISE_BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'BITRISE_BUILD_URL'),
  }),
};

export const appveyor: CiProvider = {
  service: 'appveyor',
  detect: (environment) => allSet(environment, 'CI', 'APPVEYOR'),
  read: (environment) => {
    const slug = firstOf(environment, 'APPVEYOR_REPO_NAME');
    const job = firstOf(environment, 'APPVEYOR_JOB_ID');
    return {
      commit: firstOf(environment, 'APPVEYOR_PULL_REQUEST_HEAD_COMMIT', 'APPVEYOR_REPO_COMMIT'),
      branch: firstOf(environment, 'APPVEYOR_REPO_BRANCH'),
      pull: firstOf(environment, 'APPVEYOR_PULL_REQUEST_NUMBER'),
      build: job,
      buildUrl: joined(
        firstOf(environment, 'APPVEYOR_URL'),
        'project',
        slug,
        'builds',
        firstOf(environment, 'APPVEYOR_BUILD_ID'),
        'job',
        job,
      ),
      job: joined(
        firstOf(environment, 'APPVEYOR_ACCOUNT_NAME'),
        firstOf(environment, 'APPVEYOR_PROJECT_SLUG'),
        firstOf(environment, 'APPVEYOR_BUILD_VERSION'),
      ),
      slug,
      forge: forgeNamed(firstOf(environment, 'APPVEYOR_REPO_PROVIDER') ?? ''),
    };
  },
};

export const heroku: CiProvider = {
  service: 'heroku',
  detect: (environment) => allSet(environment, 'CI', 'HEROKU_TEST_RUN_BRANCH'),
  read: (environment) => ({
    commit: firstOf(environment, 'HEROKU_TEST_RUN_COMMIT_VERSION'),
    branch: firstOf(environment, 'HEROKU_TEST_RUN_BRANCH'),
    build: firstOf(environment, 'HEROKU_TEST_RUN_ID'),
  }),
};

export const buildkite: CiProvider = {
  service: 'buildkite',
  detect: (environment) => firstOf(environment, 'BUILDKITE') !== null,
  read: (environment) => {
    const remote = fromRemote(environment, 'BUILDKITE_REPO');
    return {
      commit: firstOf(environment, 'BUILDKITE_COMMIT'),
      branch: firstOf(environment, 'BUILDKITE_BRANCH'),
      baseBranch: firstOf(environment, 'BUILDKITE_PULL_REQUEST_BASE_BRANCH'),
      pull: firstOf(environment, 'BUILDKITE_PULL_REQUEST'),
      build: firstOf(environment, 'BUILDKITE_BUILD_NUMBER'),
      buildUrl: firstOf(environment, 'BUILDKITE_BUILD_URL'),
      job: firstOf(environment, 'BUILDKITE_JOB_ID'),
      slug:
        remote.slug ??
        joined(firstOf(environment, 'BUILDKITE_ORGANIZATION_SLUG'), firstOf(environment, 'BUILDKITE_PIPELINE_SLUG')),
      forge: remote.forge,
    };
  },
};

export const cirrus: CiProvider = {
  service: 'cirrus',
  detect: (environment) => firstOf(environment, 'CIRRUS_CI') !== null,
  read: (environment) => ({
    ...fromRemote(environment, 'CIRRUS_REPO_CLONE_URL'),
    commit: firstOf(environment, 'CIRRUS_CHANGE_IN_REPO'),
    branch: firstOf(environment, 'CIRRUS_BRANCH'),
    baseBranch: firstOf(environment, 'CIRRUS_BASE_BRANCH'),
    pull: firstOf(environment, 'CIRRUS_PR'),
    build: firstOf(environment, 'CIRRUS_BUILD_ID'),
    job: firstOf(environment, 'CIRRUS_TASK_ID'),
    slug: firstOf(environment, 'CIRRUS_REPO_FULL_NAME'),
  }),
};

export const travis: CiProvider = {
  service: 'travis',
  // Shippable imitates Travis.
  detect: (environment) => allSet(environment, 'CI', 'TRAVIS') && firstOf(environment, 'SHIPPABLE') === null,
  read: (environment) => {
    const branch = firstOf(environment, 'TRAVIS_BRANCH');
    const isTagBuild = branch !== null && branch === firstOf(environment, 'TRAVIS_TAG');
    const source = firstOf(environment, 'TRAVIS_PULL_REQUEST_BRANCH');
    return {
      commit: firstOf(environment, 'TRAVIS_PULL_REQUEST_SHA', 'TRAVIS_COMMIT'),
      branch: source ?? (isTagBuild ? null : branch),
      // For a pull request TRAVIS_BRANCH is its target.
      baseBranch: source === null ? null : branch,
      pull: firstOf(environment, 'TRAVIS_PULL_REQUEST'),
      build: firstOf(environment, 'TRAVIS_JOB_NUMBER'),
      buildUrl: firstOf(environment, 'TRAVIS_BUILD_WEB_URL'),
      job: firstOf(environment, 'TRAVIS_JOB_ID'),
      slug: firstOf(environment, 'TRAVIS_REPO_SLUG'),
    };
  },
};

export const semaphore: CiProvider = {
  service: 'semaphore',
  detect: (environment) => allSet(environment, 'CI', 'SEMAPHORE'),
  read: (environment) => ({
    ...fromRemote(environment, 'SEMAPHORE_GIT_URL'),
    // REVISION was Semaphore Classic's [better].
    commit: firstOf(environment, 'SEMAPHORE_GIT_SHA', 'REVISION'),
    // In a pull request's run SEMAPHORE_GIT_BRANCH is its target [better].
    branch: firstOf(environment, 'SEMAPHORE_GIT_PR_BRANCH', 'SEMAPHORE_GIT_BRANCH'),
    pull: firstOf(environment, 'PULL_REQUEST_NUMBER', 'SEMAPHORE_GIT_PR_NUMBER'),
    build: firstOf(environment, 'SEMAPHORE_WORKFLOW_NUMBER'),
    job: firstOf(environment, 'SEMAPHORE_JOB_ID'),
    slug: firstOf(environment, 'SEMAPHORE_REPO_SLUG', 'SEMAPHORE_GIT_REPO_SLUG'),
  }),
};

export const codeship: CiProvider = {
  service: 'codeship',
  detect: (environment) => firstOf(environment, 'CI') !== null && firstOf(environment, 'CI_NAME') === 'codeship',
  read: (environment) => ({
    commit: firstOf(environment, 'CI_COMMIT_ID'),
    branch: firstOf(environment, 'CI_BRANCH'),
    build: firstOf(environment, 'CI_BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'CI_BUILD_URL'),
  }),
};

export const codefresh: CiProvider = {
  service: 'codefresh',
  detect: (environment) => allSet(environment, 'CF_BUILD_URL', 'CF_BUILD_ID'),
  read: (environment) => ({
    commit: firstOf(environment, 'CF_REVISION'),
    branch: firstOf(environment, 'CF_BRANCH'),
    build: firstOf(environment, 'CF_BUILD_ID'),
    buildUrl: firstOf(environment, 'CF_BUILD_URL'),
  }),
};

export const buddy: CiProvider = {
  service: 'buddy',
  detect: (environment) => allSet(environment, 'CI', 'BUDDY'),
  read: (environment) => ({
    commit: firstOf(environment, 'BUDDY_EXECUTION_REVISION'),
    branch: firstOf(environment, 'BUDDY_EXECUTION_BRANCH'),
    pull: firstOf(environment, 'BUDDY_EXECUTION_PULL_REQUEST_NO'),
    build: firstOf(environment, 'BUDDY_EXECUTION_ID'),
    buildUrl: firstOf(environment, 'BUDDY_EXECUTION_URL'),
    slug: firstOf(environment, 'BUDDY_REPO_SLUG'),
  }),
};
