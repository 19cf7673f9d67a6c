import { exportSPKI, generateKeyPair, importJWK, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalIssuer } from '../../test/support/issuer.ts';
import { startIssuer } from '../../test/support/issuer.ts';
import {
  BITBUCKET_CLAIMS,
  BUILDKITE_CLAIMS,
  CIRCLECI_CLAIMS,
  GITHUB_CLAIMS,
  GITLAB_CLAIMS,
  readIdentity,
} from './oidc-claims.ts';
import type { OidcAnswer, TrustedIssuer } from './oidc.ts';
import { createOidcVerifier, GITHUB_ACTIONS } from './oidc.ts';

let issuer: LocalIssuer;
let time: { now: number };

beforeEach(async () => {
  issuer = await startIssuer();
  time = { now: Date.now() };
});
afterEach(() => issuer.close());

function verifier(changes: Partial<TrustedIssuer> = {}, ownAddresses: readonly string[] = ['https://thatch.example']) {
  const trusted: TrustedIssuer = {
    issuer: issuer.url,
    service: 'github',
    keys: { kind: 'address', url: `${issuer.url}/.well-known/jwks` },
    audiences: [],
    claims: GITHUB_CLAIMS,
    required: {},
    owners: null,
    repository: null,
    ...changes,
  };
  return createOidcVerifier({ issuers: [GITHUB_ACTIONS, trusted], ownAddresses, clock: () => time.now });
}

function refused(answer: OidcAnswer) {
  if (answer.kind !== 'refused') throw new Error('accepted');
  return answer;
}

describe('a right token', () => {
  test('says repository, ids, commit and branch', async () => {
    expect(await verifier()(await issuer.sign())).toEqual({
      kind: 'identity',
      identity: {
        issuer: issuer.url,
        service: 'github',
        slug: { owner: 'acme', name: 'web' },
        repositoryId: '101',
        ownerId: '11',
        sha: '9f'.repeat(20),
        branch: 'main',
        isPull: false,
        isFork: false,
      },
    });
  });

  test.each(['ES256', 'EdDSA'])('may be signed by %s', async (algorithm) => {
    await issuer.close();
    issuer = await startIssuer(algorithm);
    expect((await verifier()(await issuer.sign())).kind).toBe('identity');
  });

  test('may name our address with a final slash, or a configured audience', async () => {
    const slash = await issuer.sign({ claims: { aud: 'https://thatch.example/' } });
    expect((await verifier()(slash)).kind).toBe('identity');
    const other = await issuer.sign({ claims: { aud: ['x', 'https://ci.example'] } });
    expect((await verifier({ audiences: ['https://ci.example'] })(other)).kind).toBe('identity');
    expect((await verifier()(other)).kind).toBe('refused');
  });

  test('is found through discovery', async () => {
    const discovered = verifier({ keys: { kind: 'discovery', issuer: issuer.url } });
    expect((await discovered(await issuer.sign())).kind).toBe('identity');
  });

  test('may be 60 seconds off', async () => {
    const now = Math.floor(time.now / 1000);
    const late = await issuer.sign({ claims: { exp: now - 50 } });
    const early = await issuer.sign({ claims: { nbf: now + 50 } });
    expect((await verifier()(late)).kind).toBe('identity');
    expect((await verifier()(early)).kind).toBe('identity');
  });
});

describe('row 15: a refusal names the claim', () => {
  test('aud, with both values and the way out', async () => {
    const token = await issuer.sign({ claims: { aud: 'https://codecov.io' } });
    const answer = refused(await verifier()(token));
    expect(answer.claim).toBe('aud');
    expect(answer.reason).toContain('"https://codecov.io"');
    expect(answer.reason).toContain('"https://thatch.example"');
    expect(answer.reason).toContain('gitHubOIDCTokenAudience');
  });

  test('iss, and asks that issuer nothing', async () => {
    const stranger = await startIssuer();
    const answer = refused(await verifier()(await stranger.sign()));
    expect(answer).toMatchObject({ claim: 'iss' });
    expect(stranger.fetches()).toBe(0);
    await stranger.close();
  });

  test('iss, when it only begins like a trusted one', async () => {
    const token = await issuer.sign({ claims: { iss: `${issuer.url}.evil.example` } });
    expect(refused(await verifier()(token)).claim).toBe('iss');
  });

  test('exp', async () => {
    const now = Math.floor(time.now / 1000);
    const token = await issuer.sign({ claims: { exp: now - 61 } });
    expect(refused(await verifier()(token)).claim).toBe('exp');
  });

  test('exp, when the token lives longer than a day', async () => {
    const now = Math.floor(time.now / 1000);
    const token = await issuer.sign({ claims: { exp: now + 90_000 } });
    expect(refused(await verifier()(token)).claim).toBe('exp');
  });

  test('nbf', async () => {
    const now = Math.floor(time.now / 1000);
    const token = await issuer.sign({ claims: { nbf: now + 120 } });
    expect(refused(await verifier()(token)).claim).toBe('nbf');
  });

  test('the signature of another key under the same key id', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(refused(await verifier()(await issuer.sign({ key: privateKey }))).claim).toBe('signature');
  });

  test('a changed payload', async () => {
    const [header, payload, signature] = (await issuer.sign()).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...claims, repository: 'acme/core' })).toString('base64url');
    expect(refused(await verifier()([header, changed, signature].join('.'))).claim).toBe('signature');
  });

  test('alg none', async () => {
    const token = new UnsecuredJWT({ iss: issuer.url, aud: 'https://thatch.example', repository: 'acme/web' })
      .setExpirationTime('5m')
      .encode();
    expect(refused(await verifier()(token)).claim).toBe('alg');
  });

  test('HS256 keyed with the public key of the issuer', async () => {
    const publicKey = await importJWK(issuer.publicKeys()[0], 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error('not a public key');
    const key = new TextEncoder().encode(await exportSPKI(publicKey));
    const token = await issuer.sign({ algorithm: 'HS256', key });
    expect(refused(await verifier()(token)).claim).toBe('alg');
  });

  test('the repository, when no claim names it', async () => {
    const token = await issuer.sign({ claims: { repository: undefined, repository_id: undefined } });
    expect(refused(await verifier()(token)).claim).toBe('repository');
  });

  test('a claim that the administrator bound', async () => {
    const bound = verifier({ required: { environment: 'production' } });
    expect(refused(await bound(await issuer.sign())).claim).toBe('environment');
    const right = await issuer.sign({ claims: { environment: 'production' } });
    expect((await bound(right)).kind).toBe('identity');
  });

  test('the form, of what is no JWT', async () => {
    for (const text of ['', 'a.b.c', 'eyJh.eyJp.c2ln', `${'x'.repeat(9000)}.y.z`]) {
      expect(refused(await verifier()(text)).claim).toBe('format');
    }
  });

  test('aud, while the installation does not know its own address', async () => {
    const answer = refused(await verifier({}, [])(await issuer.sign()));
    expect(answer).toMatchObject({ claim: 'aud', reason: expect.stringContaining('setup.codecov_url') });
  });

  test('and never holds the token', async () => {
    const token = await issuer.sign({ claims: { aud: 'x' } });
    expect(JSON.stringify(await verifier()(token))).not.toContain(token.slice(0, 20));
  });
});

describe('the keys of an issuer', () => {
  test('are fetched once for many tokens, also when these come at once', async () => {
    const verify = verifier();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => issuer.sign()));
    await Promise.all(tokens.map(verify));
    await verify(tokens[0]);
    expect(issuer.fetches()).toBe(1);
  });

  test('are fetched again for an unknown key id, at most once a minute', async () => {
    const verify = verifier();
    await verify(await issuer.sign());
    await issuer.rotate();
    time.now += 60_000;
    expect((await verify(await issuer.sign())).kind).toBe('identity');
    expect(issuer.fetches()).toBe(2);
    for (let count = 0; count < 5; count++) {
      expect(refused(await verify(await issuer.sign({ keyId: `made-up-${count}` }))).claim).toBe('signature');
    }
    expect(issuer.fetches()).toBe(2);
    time.now += 60_000;
    await verify(await issuer.sign({ keyId: 'made-up' }));
    expect(issuer.fetches()).toBe(3);
  });

  test('serve on for a day while the issuer does not answer, not longer', async () => {
    const verify = verifier();
    const fresh = async () =>
      issuer.sign({ claims: { exp: Math.floor(time.now / 1000) + 60, iat: undefined, nbf: undefined } });
    await verify(await fresh());
    issuer.answerWith({ status: 500, body: '' });
    time.now += 23 * 3_600_000;
    expect((await verify(await fresh())).kind).toBe('identity');
    time.now += 2 * 3_600_000;
    expect(refused(await verify(await fresh()))).toMatchObject({
      claim: 'signature',
      reason: expect.stringContaining('500'),
    });
  });

  test('are not asked for again and again while the issuer is down', async () => {
    issuer.answerWith({ status: 503, body: '' });
    const verify = verifier();
    for (let count = 0; count < 5; count++) await verify(await issuer.sign());
    expect(issuer.fetches()).toBe(1);
    time.now += 10_000;
    issuer.answerWith(null);
    expect((await verify(await issuer.sign())).kind).toBe('identity');
  });

  test.each([
    ['a redirect', { status: 302, body: '', location: 'http://169.254.169.254/' }],
    ['an endless answer', { status: 200, body: `{"keys":[${'"x",'.repeat(100_000)}"x"]}` }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no keys', { status: 200, body: '{"keys":[]}' }],
  ])('are not taken from %s', async (_name, answer) => {
    issuer.answerWith(answer);
    expect(refused(await verifier()(await issuer.sign())).claim).toBe('signature');
  });

  test('are not taken from another host than the issuer by discovery', async () => {
    issuer.answerWith({ status: 200, body: JSON.stringify({ jwks_uri: 'http://127.0.0.2:1/jwks' }) });
    const answer = refused(await verifier({ keys: { kind: 'discovery', issuer: issuer.url } })(await issuer.sign()));
    expect(answer.reason).toContain('another host');
  });

  test('are not fetched in the clear from another machine', async () => {
    const clear = verifier({ keys: { kind: 'address', url: 'http://ci.example/jwks' } });
    expect(refused(await clear(await issuer.sign())).reason).toContain('not https');
  });

  test('are never symmetric', async () => {
    const secret = new Uint8Array(32).fill(1);
    const jwk = { kty: 'oct', k: Buffer.from(secret).toString('base64url'), kid: 'key-1' };
    issuer.answerWith({ status: 200, body: JSON.stringify({ keys: [jwk] }) });
    expect(refused(await verifier()(await issuer.sign())).claim).toBe('signature');
  });
});

describe('bindings', () => {
  test('an issuer that is bound to owners speaks for no other', async () => {
    const token = await issuer.sign();
    expect((await verifier({ owners: ['ACME'] })(token)).kind).toBe('identity');
    expect(refused(await verifier({ owners: ['umbrella'] })(token)).claim).toBe('owner');
    expect(refused(await verifier({ owners: [] })(token)).claim).toBe('owner');
  });

  test('an issuer whose tokens name no repository is bound pipeline by pipeline', async () => {
    const entry = (pipeline: string, name: string): TrustedIssuer => ({
      issuer: issuer.url,
      service: 'github',
      keys: { kind: 'discovery', issuer: issuer.url },
      audiences: [],
      claims: BUILDKITE_CLAIMS,
      required: { pipeline_id: pipeline },
      owners: null,
      repository: { owner: 'acme', name },
    });
    const verify = createOidcVerifier({
      issuers: [entry('p1', 'web'), entry('p2', 'core')],
      ownAddresses: ['https://thatch.example'],
      clock: () => time.now,
    });
    const claims = { pipeline_id: 'p2', build_commit: 'HEAD', build_branch: 'main' };
    expect(await verify(await issuer.sign({ claims }))).toMatchObject({
      identity: { slug: { owner: 'acme', name: 'core' }, sha: null, branch: 'main' },
    });
    expect(refused(await verify(await issuer.sign({ claims: { pipeline_id: 'p3' } }))).claim).toBe('pipeline_id');
  });
});

describe('claims of other CI systems', () => {
  const read = (
    service: TrustedIssuer['service'],
    claims: TrustedIssuer['claims'],
    payload: Record<string, unknown>,
  ) => {
    const answer = readIdentity(payload, { issuer: 'https://ci.example', service, claims });
    if (answer.kind !== 'identity') throw new Error(`missing ${answer.claim}`);
    return answer.identity;
  };

  test('GitHub: a pull request has its head branch, and a merge commit', () => {
    const payload = {
      repository: 'acme/web',
      ref: 'refs/pull/7/merge',
      head_ref: 'fix',
      event_name: 'pull_request',
      sha: 'AB'.repeat(20),
    };
    expect(read('github', GITHUB_CLAIMS, payload)).toMatchObject({ branch: 'fix', isPull: true, sha: 'ab'.repeat(20) });
  });

  test('GitHub: a tag has no branch', () => {
    expect(read('github', GITHUB_CLAIMS, { repository: 'acme/web', ref: 'refs/tags/v1' }).branch).toBeNull();
  });

  test('GitLab: groups become one owner, numbers become ids', () => {
    const payload = {
      project_path: 'group/sub/app',
      project_id: 22,
      namespace_id: 72,
      ref: 'main',
      ref_type: 'branch',
    };
    expect(read('gitlab', GITLAB_CLAIMS, payload)).toMatchObject({
      slug: { owner: 'group:sub', name: 'app' },
      repositoryId: '22',
      ownerId: '72',
      branch: 'main',
      isFork: false,
    });
  });

  test('GitLab: a fork that runs in its parent uploads to the parent, unprotected', () => {
    const payload = {
      project_path: 'stranger/app',
      project_id: 99,
      job_project_path: 'group/app',
      job_project_id: 22,
      pipeline_source: 'merge_request_event',
      ref: 'fix',
      ref_type: 'branch',
    };
    expect(read('gitlab', GITLAB_CLAIMS, payload)).toMatchObject({
      slug: { owner: 'group', name: 'app' },
      repositoryId: '22',
      ownerId: null,
      isFork: true,
      isPull: true,
    });
  });

  test('GitLab: a fork is told as one also when a claim is mapped otherwise', () => {
    const payload = { project_path: 'stranger/app', job_project_path: 'group/app', custom_sha: 'ab'.repeat(20) };
    const identity = read('gitlab', { ...GITLAB_CLAIMS, sha: 'custom_sha' }, payload);
    expect(identity).toMatchObject({ slug: { owner: 'group', name: 'app' }, isFork: true, sha: 'ab'.repeat(20) });
  });

  test('Bitbucket: ids without names', () => {
    const payload = { repositoryUuid: '{r}', workspaceUuid: '{w}', branchName: 'main' };
    expect(read('bitbucket', BITBUCKET_CLAIMS, payload)).toMatchObject({
      slug: null,
      repositoryId: '{r}',
      ownerId: '{w}',
    });
  });

  test('CircleCI: the origin is cut to the slug', () => {
    const payload = {
      'oidc.circleci.com/vcs-origin': 'github.com/acme/web',
      'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    };
    expect(read('github', CIRCLECI_CLAIMS, payload)).toMatchObject({
      slug: { owner: 'acme', name: 'web' },
      branch: 'main',
    });
  });
});
