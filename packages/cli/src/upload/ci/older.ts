import { allSet, firstOf } from '../environment.ts';
import { joined, type CiProvider } from './provider.ts';

/** Systems that only the older uploaders knew; self-hosted installations of some still run (providers §8, rows 24–30). */

export const wercker: CiProvider = {
  service: 'wercker',
  detect: (environment) =>
    firstOf(environment, 'WERCKER_MAIN_PIPELINE_STARTED') !== null || allSet(environment, 'CI', 'WERCKER_GIT_BRANCH'),
  read: (environment) => ({
    commit: firstOf(environment, 'WERCKER_GIT_COMMIT'),
    branch: firstOf(environment, 'WERCKER_GIT_BRANCH'),
    build: firstOf(environment, 'WERCKER_MAIN_PIPELINE_STARTED'),
    slug: joined(firstOf(environment, 'WERCKER_GIT_OWNER'), firstOf(environment, 'WERCKER_GIT_REPOSITORY')),
  }),
};

export const shippable: CiProvider = {
  service: 'shippable',
  detect: (environment) => firstOf(environment, 'SHIPPABLE') !== null,
  read: (environment) => ({
    commit: firstOf(environment, 'COMMIT'),
    branch: firstOf(environment, 'HEAD_BRANCH', 'BRANCH'),
    pull: firstOf(environment, 'PULL_REQUEST'),
    build: firstOf(environment, 'BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'BUILD_URL'),
    slug: firstOf(environment, 'REPO_FULL_NAME'),
  }),
};

export const buddybuild: CiProvider = {
  service: 'buddybuild',
  detect: (environment) => firstOf(environment, 'BUDDYBUILD_BRANCH') !== null,
  read: (environment) => ({
    branch: firstOf(environment, 'BUDDYBUILD_BRANCH'),
    build: firstOf(environment, 'BUDDYBUILD_BUILD_NUMBER'),
  }),
};

export const magnum: CiProvider = {
  service: 'magnum',
  detect: (environment) => allSet(environment, 'CI', 'MAGNUM'),
  read: (environment) => ({
    commit: firstOf(environment, 'CI_COMMIT'),
    branch: firstOf(environment, 'CI_BRANCH'),
    build: firstOf(environment, 'CI_BUILD_NUMBER'),
  }),
};

export const solano: CiProvider = {
  service: 'solano',
  detect: (environment) => firstOf(environment, 'TDDIUM') !== null,
  read: (environment) => ({
    commit: firstOf(environment, 'TDDIUM_CURRENT_COMMIT'),
    branch: firstOf(environment, 'TDDIUM_CURRENT_BRANCH'),
    pull: firstOf(environment, 'TDDIUM_PR_ID'),
    build: firstOf(environment, 'TDDIUM_TID'),
  }),
};

export const greenhouse: CiProvider = {
  service: 'greenhouse',
  detect: (environment) => firstOf(environment, 'GREENHOUSE') !== null,
  read: (environment) => ({
    commit: firstOf(environment, 'GREENHOUSE_COMMIT'),
    branch: firstOf(environment, 'GREENHOUSE_BRANCH'),
    pull: firstOf(environment, 'GREENHOUSE_PULL_REQUEST'),
    build: firstOf(environment, 'GREENHOUSE_BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'GREENHOUSE_BUILD_URL'),
  }),
};

export const docker: CiProvider = {
  service: 'docker',
  detect: (environment) => firstOf(environment, 'DOCKER_REPO') !== null,
  read: (environment) => ({
    commit: firstOf(environment, 'SOURCE_COMMIT'),
    branch: firstOf(environment, 'SOURCE_BRANCH'),
    slug: firstOf(environment, 'DOCKER_REPO'),
  }),
};
