import { allSet, firstOf } from '../environment.ts';
import { forgeOfAddress, fromRemote, joined, withoutHeads, type CiProvider } from './provider.ts';

/** CI that comes with a forge (providers §8, rows 3, 4 and 12). */

export const gitlab: CiProvider = {
  service: 'gitlab',
  detect: (environment) => firstOf(environment, 'GITLAB_CI') !== null,
  read: (environment) => {
    const host = firstOf(environment, 'CI_SERVER_HOST', 'CI_SERVER_URL', 'CI_PROJECT_URL');
    return {
      commit: firstOf(environment, 'CI_MERGE_REQUEST_SOURCE_BRANCH_SHA', 'CI_BUILD_REF', 'CI_COMMIT_SHA'),
      // In a pipeline for a merge request the others hold `refs/merge-requests/N/head` [better].
      branch: firstOf(environment, 'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME', 'CI_BUILD_REF_NAME', 'CI_COMMIT_REF_NAME'),
      baseBranch: firstOf(environment, 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME'),
      pull: firstOf(environment, 'CI_MERGE_REQUEST_IID'),
      build: firstOf(environment, 'CI_BUILD_ID', 'CI_JOB_ID'),
      buildUrl: firstOf(environment, 'CI_JOB_URL'),
      job: firstOf(environment, 'CI_JOB_ID'),
      name: firstOf(environment, 'CI_JOB_NAME'),
      slug:
        firstOf(environment, 'CI_PROJECT_PATH') ??
        joined(firstOf(environment, 'CI_PROJECT_NAMESPACE'), firstOf(environment, 'CI_PROJECT_NAME')) ??
        fromRemote(environment, 'CI_BUILD_REPO', 'CI_REPOSITORY_URL').slug,
      forge: forgeOfAddress(host) ?? (host === null ? 'gitlab' : 'gitlab_enterprise'),
    };
  },
};

export const bitbucket: CiProvider = {
  service: 'bitbucket',
  detect: (environment) => allSet(environment, 'CI', 'BITBUCKET_BUILD_NUMBER'),
  read: (environment) => ({
    // Pull request pipelines give 12 characters only; such a short one is dropped in favour of git's.
    commit: firstOf(environment, 'BITBUCKET_COMMIT'),
    branch: firstOf(environment, 'BITBUCKET_BRANCH'),
    baseBranch: firstOf(environment, 'BITBUCKET_PR_DESTINATION_BRANCH'),
    pull: firstOf(environment, 'BITBUCKET_PR_ID'),
    build: firstOf(environment, 'BITBUCKET_BUILD_NUMBER'),
    job: firstOf(environment, 'BITBUCKET_BUILD_NUMBER'),
    slug: firstOf(environment, 'BITBUCKET_REPO_FULL_NAME'),
    forge: 'bitbucket',
  }),
};

export const azurePipelines: CiProvider = {
  service: 'azure_pipelines',
  detect: (environment) =>
    firstOf(environment, 'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI', 'SYSTEM_TEAMFOUNDATIONSERVERURI') !== null,
  read: (environment) => {
    const collection = firstOf(environment, 'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI', 'SYSTEM_TEAMFOUNDATIONSERVERURI');
    const project = firstOf(environment, 'SYSTEM_TEAMPROJECT');
    const build = firstOf(environment, 'BUILD_BUILDID');
    return {
      commit: firstOf(environment, 'SYSTEM_PULLREQUEST_SOURCECOMMITID', 'BUILD_SOURCEVERSION'),
      // The variable of a pull request's run holds `refs/pull/N/merge`, which is no branch [better].
      branch: withoutHeads(firstOf(environment, 'SYSTEM_PULLREQUEST_SOURCEBRANCH', 'BUILD_SOURCEBRANCH')),
      baseBranch: withoutHeads(firstOf(environment, 'SYSTEM_PULLREQUEST_TARGETBRANCH')),
      pull: firstOf(environment, 'SYSTEM_PULLREQUEST_PULLREQUESTNUMBER', 'SYSTEM_PULLREQUEST_PULLREQUESTID'),
      build: firstOf(environment, 'BUILD_BUILDNUMBER'),
      buildUrl:
        collection === null || project === null || build === null
          ? null
          : `${collection.replace(/\/*$/, '/')}${encodeURIComponent(project)}/_build/results?buildId=${build}`,
      job: build,
      slug: firstOf(environment, 'BUILD_REPOSITORY_NAME'),
      forge: forgeOfAddress(firstOf(environment, 'BUILD_REPOSITORY_URI')),
    };
  },
};
