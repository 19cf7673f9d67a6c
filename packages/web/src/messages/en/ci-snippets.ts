import type { CiName, Way } from '../../parts/ci-snippets/snippet.ts';

/** Snippets for CI systems. */
export const CI_SNIPPETS = {
  systems: 'CI system',
  tests: 'Tests run with',
  way: 'Send with',
  ways: {
    thatch: 'thatch upload',
    curl: 'curl',
    'codecov-cli': 'codecov-cli',
    oidc: 'no secret (OIDC)',
  } satisfies Record<Way, string>,
  action: 'Codecov action',
  without: 'Pages will show numbers without code: only thatch upload sends sources and the list of files.',
  needs:
    'Needs git, curl and Node 20 or later. It sends sources of covered files and the list of files, so that pages show code.',
  needsCli: 'Needs codecov-cli: pip install codecov-cli.',
  secretStep: (name: string) => `Keep the token as ${name}`,
  secretPlaces: {
    'github-actions': 'Settings, Secrets and variables, Actions, New repository secret',
    'gitlab-ci': 'Settings, CI/CD, Variables: masked and hidden',
    jenkins: 'Manage Jenkins, Credentials, Secret text',
    'circle-ci': 'Project settings, Environment variables',
    buildkite: 'Cluster, Secrets',
    'forgejo-actions': 'Settings, Actions, Secrets',
    'other-ci': '',
  } satisfies Record<CiName, string>,
  fileStep: (file: string) => `Put this into ${file}`,
  shellStep: 'Run this in your clone, after the tests',
  token: 'token',
  snippet: 'snippet',
  noToken: 'YOUR_UPLOAD_TOKEN',
  oidcNotes: {
    'github-actions': 'The installation believes tokens of GitHub Actions when its address is set (setup.codecov_url).',
    'gitlab-ci': 'The installation must list your GitLab below thatch.uploads.oidc.',
    'circle-ci':
      'The installation must list your CircleCI organisation below thatch.uploads.oidc, with the owners that it speaks for.',
    buildkite: 'The installation must list https://agent.buildkite.com below thatch.uploads.oidc.',
    'forgejo-actions':
      'The installation must know your Forgejo (thatch.providers.gitea.url); Forgejo 15 and runner 12.5 or later.',
    jenkins: '',
    'other-ci': '',
  } satisfies Record<CiName, string>,
} as const;
