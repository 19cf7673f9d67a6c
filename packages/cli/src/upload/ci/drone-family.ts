import { firstOf } from '../environment.ts';
import { forgeNamed, isSlug } from '../forge.ts';
import { fromRemote, type CiProvider } from './provider.ts';

/** Drone and the systems that descend from it (providers §8, rows 7, 8 and 10). */

export const woodpecker: CiProvider = {
  service: 'woodpecker',
  detect: (environment) => firstOf(environment, 'CI') === 'woodpecker',
  read: (environment) => ({
    commit: firstOf(environment, 'CI_COMMIT_SHA'),
    branch: firstOf(environment, 'CI_COMMIT_SOURCE_BRANCH', 'CI_COMMIT_BRANCH'),
    baseBranch: firstOf(environment, 'CI_COMMIT_TARGET_BRANCH'),
    pull: firstOf(environment, 'CI_COMMIT_PULL_REQUEST'),
    // Version 1 renamed builds to pipelines and links to URLs [better].
    build: firstOf(environment, 'CI_BUILD_NUMBER', 'CI_PIPELINE_NUMBER'),
    buildUrl: firstOf(environment, 'CI_BUILD_LINK', 'CI_PIPELINE_URL'),
    job: firstOf(environment, 'CI_JOB_NUMBER'),
    slug: firstOf(environment, 'CI_REPO'),
    forge: forgeNamed(firstOf(environment, 'CI_FORGE_TYPE') ?? ''),
  }),
};

export const harness: CiProvider = {
  service: 'harness',
  detect: (environment) => firstOf(environment, 'HARNESS_BUILD_ID') !== null,
  read: (environment) => {
    const repository = firstOf(environment, 'CI_REPO');
    const remote = fromRemote(
      environment,
      'CI_REPO_REMOTE',
      'CI_REMOTE_URL',
      'CI_REPO_LINK',
      'DRONE_GIT_HTTP_URL',
      'DRONE_REMOTE_URL',
    );
    return {
      commit: firstOf(environment, 'DRONE_COMMIT_SHA'),
      branch: firstOf(environment, 'DRONE_COMMIT_BRANCH'),
      baseBranch: firstOf(environment, 'DRONE_TARGET_BRANCH'),
      pull: firstOf(environment, 'DRONE_PULL_REQUEST'),
      build: firstOf(environment, 'CI_BUILD_NUMBER'),
      buildUrl: firstOf(environment, 'CI_BUILD_LINK'),
      ...remote,
      slug: repository !== null && isSlug(repository) ? repository : remote.slug,
    };
  },
};

export const drone: CiProvider = {
  service: 'droneci',
  detect: (environment) => firstOf(environment, 'DRONE') !== null,
  read: (environment) => ({
    ...fromRemote(environment, 'DRONE_GIT_HTTP_URL', 'DRONE_REMOTE_URL'),
    commit: firstOf(environment, 'DRONE_COMMIT_SHA'),
    branch: firstOf(environment, 'DRONE_BRANCH'),
    baseBranch: firstOf(environment, 'DRONE_TARGET_BRANCH'),
    pull: firstOf(environment, 'DRONE_PULL_REQUEST'),
    build: firstOf(environment, 'DRONE_BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'DRONE_BUILD_LINK'),
    slug: firstOf(environment, 'DRONE_REPO'),
  }),
};
