import { allSet, firstOf } from '../environment.ts';
import { fromRemote, withoutHeads, type CiProvider } from './provider.ts';

/** The builders of cloud vendors (providers §8, rows 17 and 18). */

export const codebuild: CiProvider = {
  service: 'AWS CodeBuild',
  detect: (environment) => firstOf(environment, 'CODEBUILD_CI') !== null,
  read: (environment) => ({
    ...fromRemote(environment, 'CODEBUILD_SOURCE_REPO_URL'),
    commit: firstOf(environment, 'CODEBUILD_RESOLVED_SOURCE_VERSION'),
    branch: withoutHeads(firstOf(environment, 'CODEBUILD_WEBHOOK_HEAD_REF')),
    baseBranch: withoutHeads(firstOf(environment, 'CODEBUILD_WEBHOOK_BASE_REF')),
    pull: /^pr\/(\d+)$/.exec(firstOf(environment, 'CODEBUILD_SOURCE_VERSION') ?? '')?.[1],
    build: firstOf(environment, 'CODEBUILD_BUILD_ID'),
    job: firstOf(environment, 'CODEBUILD_BUILD_ID'),
  }),
};

export const cloudBuild: CiProvider = {
  service: 'google_cloud_build',
  detect: (environment) => allSet(environment, 'LOCATION', 'PROJECT_NUMBER', 'PROJECT_ID', 'BUILD_ID'),
  read: (environment) => {
    const [location, project, build] = ['LOCATION', 'PROJECT_ID', 'BUILD_ID'].map((name) => firstOf(environment, name));
    return {
      commit: firstOf(environment, 'COMMIT_SHA'),
      branch: firstOf(environment, 'BRANCH_NAME'),
      pull: firstOf(environment, '_PR_NUMBER'),
      build,
      buildUrl: `https://console.cloud.google.com/cloud-build/builds;region=${location}/${build}?project=${project}`,
      job: firstOf(environment, 'TRIGGER_NAME'),
      slug: firstOf(environment, 'REPO_FULL_NAME'),
    };
  },
};
