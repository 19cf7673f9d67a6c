import { expect, test } from 'vitest';
import { BUILDKITE_CLAIMS, CIRCLECI_CLAIMS, GITHUB_CLAIMS, GITLAB_CLAIMS } from './oidc-claims.ts';
import { trustedIssuers } from './oidc-issuers.ts';
import type { TrustSettings } from './oidc-issuers.ts';
import { GITHUB_ACTIONS } from './oidc.ts';

const trust = (changes: Partial<TrustSettings> = {}) =>
  trustedIssuers({ configured: [], githubEnterpriseUrl: null, giteaUrl: null, ...changes });

test('without a word of configuration GitHub Actions are believed and nobody else', () => {
  expect(trust()).toEqual([GITHUB_ACTIONS]);
});

test('the Actions of a configured GitHub Enterprise and Forgejo are believed', () => {
  const issuers = trust({ githubEnterpriseUrl: 'https://ghe.example/', giteaUrl: 'https://forge.example/git' });
  expect(issuers.map(({ issuer, service, keys }) => [service, issuer, keys])).toEqual([
    ['github', GITHUB_ACTIONS.issuer, GITHUB_ACTIONS.keys],
    [
      'github_enterprise',
      'https://ghe.example/_services/token',
      { kind: 'address', url: 'https://ghe.example/_services/token/.well-known/jwks' },
    ],
    [
      'gitea',
      'https://forge.example/git/api/actions',
      { kind: 'address', url: 'https://forge.example/git/api/actions/.well-known/keys' },
    ],
  ]);
});

test('a listed issuer is found by discovery and read by the claims of its service', () => {
  const [gitlab] = trust({ configured: [{ issuer: 'https://gitlab.com', service: 'gitlab' }] });
  expect(gitlab).toMatchObject({
    keys: { kind: 'discovery', issuer: 'https://gitlab.com' },
    claims: GITLAB_CLAIMS,
    owners: null,
  });
});

test('a listed issuer replaces the built-in one', () => {
  const issuers = trust({
    configured: [{ issuer: GITHUB_ACTIONS.issuer, service: 'github', audiences: ['codecov'], owners: ['acme'] }],
  });
  expect(issuers).toEqual([{ ...GITHUB_ACTIONS, audiences: ['codecov'], owners: ['acme'] }]);
});

test('CircleCI speaks for nobody until it is bound to owners', () => {
  const settings = { issuer: 'https://oidc.circleci.com/org/1234', service: 'github' } as const;
  expect(trust({ configured: [settings] })[0]).toMatchObject({ claims: CIRCLECI_CLAIMS, owners: [] });
  expect(trust({ configured: [{ ...settings, owners: ['acme'] }] })[0].owners).toEqual(['acme']);
});

test('Buildkite is read by its own claims, and single claims can be named otherwise', () => {
  const [buildkite] = trust({
    configured: [
      {
        issuer: 'https://agent.buildkite.com',
        service: 'github',
        required: { pipeline_id: 'p' },
        repository: { owner: 'acme', name: 'web' },
      },
    ],
  });
  expect(buildkite).toMatchObject({ claims: BUILDKITE_CLAIMS, repository: { name: 'web' } });
  const [jenkins] = trust({
    configured: [{ issuer: 'https://ci.example/oidc', service: 'github', claims: { slug: 'job_repository' } }],
  });
  expect(jenkins.claims).toEqual({ ...GITHUB_CLAIMS, slug: 'job_repository' });
});
