import { firstOf } from '../environment.ts';
import { fromRemote, type CiProvider } from './provider.ts';

/** CI servers that people run themselves (providers §8, rows 13, 15 and 22). */

export const jenkins: CiProvider = {
  service: 'jenkins',
  detect: (environment) => firstOf(environment, 'JENKINS_URL') !== null,
  // The pull request builder's variables first, then those of multibranch jobs [better].
  read: (environment) => ({
    ...fromRemote(environment, 'GIT_URL'),
    commit: firstOf(environment, 'ghprbActualCommit', 'GIT_COMMIT'),
    branch: firstOf(environment, 'ghprbSourceBranch', 'CHANGE_BRANCH', 'BRANCH_NAME'),
    baseBranch: firstOf(environment, 'ghprbTargetBranch', 'CHANGE_TARGET'),
    pull: firstOf(environment, 'ghprbPullId', 'CHANGE_ID'),
    build: firstOf(environment, 'BUILD_NUMBER'),
    buildUrl: firstOf(environment, 'BUILD_URL'),
  }),
};

export const teamcity: CiProvider = {
  service: 'teamcity',
  detect: (environment) => firstOf(environment, 'TEAMCITY_VERSION') !== null,
  read: (environment) => ({
    ...fromRemote(environment, 'TEAMCITY_BUILD_REPOSITORY'),
    commit: firstOf(environment, 'BUILD_VCS_NUMBER', 'TEAMCITY_BUILD_COMMIT'),
    branch: firstOf(environment, 'BRANCH_NAME', 'TEAMCITY_BUILD_BRANCH'),
    build: firstOf(environment, 'BUILD_NUMBER', 'TEAMCITY_BUILD_ID'),
    buildUrl: firstOf(environment, 'TEAMCITY_BUILD_URL'),
  }),
};

export const bamboo: CiProvider = {
  service: 'bamboo',
  detect: (environment) => firstOf(environment, 'bamboo_planRepository_revision') !== null,
  read: (environment) => ({
    ...fromRemote(environment, 'bamboo_planRepository_repositoryUrl'),
    commit: firstOf(environment, 'bamboo_planRepository_revision'),
    branch: firstOf(environment, 'bamboo_planRepository_branch'),
    build: firstOf(environment, 'bamboo_buildNumber'),
    buildUrl: firstOf(environment, 'bamboo_buildResultsUrl'),
  }),
};
