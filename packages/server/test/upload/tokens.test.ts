import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GITHUB_CLAIMS } from '../../src/auth/oidc-claims.ts';
import { setTokenRequired } from '../../src/database/queries/owners.ts';
import { type LocalIssuer, startIssuer } from '../support/issuer.ts';
import { type Answered, eventually, newSha, send, type TestServer, startTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { makeRepository, storeToken } from '../support/upload-world.ts';

/*
 * Who may send A (upload-protocol §2.2): every accepted call leaves the commit, every refused one nothing.
 */

let server: TestServer;
let issuer: LocalIssuer;
let web: string;
let core: string;
const logged: string[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startTestServer({
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    configure: (config) => ({
      ...config,
      setup: { ...config.setup, codecovUrl: 'https://thatch.example' },
      uploads: {
        ...config.uploads,
        oidc: [
          {
            issuer: issuer.url,
            service: 'github',
            keys: { kind: 'address', url: `${issuer.url}/.well-known/jwks` },
            audiences: [],
            claims: GITHUB_CLAIMS,
            required: {},
            owners: null,
            repository: null,
          },
        ],
      },
    }),
  });
  web = `${server.url}/upload/github/acme::::web/commits`;
  core = `${server.url}/upload/github/acme::::core/commits`;
});
afterAll(async () => {
  await server.stop();
  await issuer.close();
});

const TOKENLESS = 'Not valid tokenless upload';
const FORBIDDEN = 'You do not have permission to perform this action.';

interface Call {
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly branch?: string;
  readonly sha?: string;
}

function call(url: string, { token, headers, branch = 'main', sha = newSha() }: Call): Promise<Answered> {
  return send(url, { token, headers, json: { commitid: sha, branch } });
}

/** Sends A, which has to make one commit of this repository. */
async function accepted(url: string, sending: Call, repositoryId: number): Promise<void> {
  const { sha = newSha(), branch = 'main' } = sending;
  const answer = await call(url, { ...sending, sha });
  expect(answer).toMatchObject({ status: 201, body: { commitid: sha, branch } });
  const rows = await server.app.database.kysely.selectFrom('commits').selectAll().where('sha', '=', sha).execute();
  expect(rows).toMatchObject([{ repository_id: repositoryId, branch, state: 'pending' }]);
}

/** Sends A, which has to be refused with this status and sentence, with a reason and a way out, and to leave nothing. */
async function refused(url: string, sending: Call, status: number, sentence: string): Promise<Answered> {
  const answer = await leavingNothing(server, () => call(url, sending));
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({
    detail: sentence,
    code: expect.stringMatching(/^[a-z_]+$/),
    hint: expect.stringMatching(/\w/),
  });
  if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Token');
  return answer;
}

describe('A', () => {
  test('row 6: a refusal is told to the administrators and the members, with rule and remedy, without the token', async () => {
    const agent = `teller/${newSha()}`;
    await send(web, {
      token: server.world.X,
      json: { commitid: newSha(), branch: 'main' },
      headers: { 'user-agent': agent },
    });
    const event = await eventually(server, ({ data }) => data['agent'] === agent);
    expect(event).toMatchObject({
      type: 'upload.refused',
      repositoryId: server.world.web.id,
      topics: ['setup', 'admin', `repo:${server.world.web.id}`],
      data: { code: 'token_wrong', message: TOKENLESS, from: '127.0.0.1', repo: 'acme/web' },
    });
    expect(event.data['hint']).toMatch(/\w/);
    expect(JSON.stringify(event)).not.toContain(server.world.X);
  });

  test('row 4: an unknown service is 400', async () => {
    const url = `${server.url}/upload/svn/acme::::web/commits`;
    const answer = await leavingNothing(server, () => call(url, { token: server.world.R }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(['Service not found: svn']);
  });

  test('row 5: an unknown repository is 400 with a token and 401 without', async () => {
    const url = `${server.url}/upload/github/acme::::nope/commits`;
    const answer = await leavingNothing(server, () => call(url, { token: server.world.R }));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(['Repository not found']);
    await refused(url, {}, 401, TOKENLESS);
  });

  test('row 6: an unknown token is refused on a usual branch', async () => {
    await refused(web, { token: server.world.X }, 401, TOKENLESS);
  });

  test('row 7: an unknown token passes on the branch of a fork of a public repository', async () => {
    await accepted(web, { token: server.world.X, branch: 'me:fix' }, server.world.web.id);
  });

  test('row 8: a private repository takes no fork branch without a token', async () => {
    await refused(core, { branch: 'me:fix' }, 401, TOKENLESS);
  });

  test('row 9: a public repository whose owner requires no token takes any branch', async () => {
    const open = await makeRepository(server.world.database, 'openly', 'lib', { isPrivate: false });
    await setTokenRequired(server.world.database, open.owner_id, false);
    await accepted(`${server.url}/upload/github/openly::::lib/commits`, {}, open.id);
  });

  test('row 10: the token of another repository is 403', async () => {
    await refused(web, { token: server.world.P }, 403, FORBIDDEN);
  });

  test('row 11: a token of the owner opens its repositories and none of another owner', async () => {
    const { O: token, database } = server.world;
    await makeRepository(database, 'umbrella', 'lab');
    await accepted(web, { token }, server.world.web.id);
    await accepted(core, { token }, server.world.core.id);
    await refused(`${server.url}/upload/github/umbrella::::lab/commits`, { token }, 403, FORBIDDEN);
  });

  test('row 12: a token of the owner past its date is expired', async () => {
    const target = { kind: 'owner', ownerId: server.world.web.owner_id } as const;
    const old = await storeToken(server.world.database, target, { expiresAt: new Date('2026-01-01T00:00:00Z') });
    await refused(web, { token: old }, 401, 'Token is expired.');
  });

  test('row 13: a global token looks under its own provider, whatever the path says', async () => {
    const { G: token } = server.world;
    await accepted(web, { token }, server.world.web.id);
    await accepted(`${server.url}/upload/gitlab/acme::::core/commits`, { token }, server.world.core.id);
  });

  test('row 14: a global token does not make a repository where that is switched off', async () => {
    const url = `${server.url}/upload/github/acme::::fresh/commits`;
    await refused(url, { token: server.world.G }, 401, 'Could not find a repository, try using repo upload token');
  });

  test('row 15: an identity token of a trusted CI is accepted', async () => {
    const sha = newSha();
    await accepted(web, { token: await issuer.sign({ claims: { sha } }), sha }, server.world.web.id);
  });

  test('row 15: wrong audience, issuer, time and signature are each refused, with their reason in the hint and in the log', async () => {
    const stranger = await startIssuer();
    const wrong = {
      aud: await issuer.sign({ claims: { aud: 'https://codecov.io' } }),
      iss: await stranger.sign(),
      exp: await issuer.sign({ claims: { exp: Math.floor(Date.now() / 1000) - 3600 } }),
      signature: await stranger.sign({ claims: { iss: issuer.url } }),
    };
    await stranger.close();
    const hints = new Set<string>();
    for (const token of Object.values(wrong)) {
      const before = logged.length;
      const answer = await refused(web, { token }, 401, TOKENLESS);
      const { hint, code } = answer.body as { readonly hint: string; readonly code: string };
      hints.add(hint);
      const lines = logged.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines).toContainEqual(expect.objectContaining({ code, hint, status: 401, endpoint: 'A' }));
      for (const text of [answer.text, ...logged]) expect(text).not.toContain(token);
    }
    expect(hints.size).toBe(4);
  });

  test.each([
    ['token ', 'Invalid token header. No credentials provided.'],
    ['token', 'Invalid token header. No credentials provided.'],
    ['token a b', 'Invalid token header. Token string should not contain spaces.'],
  ])('row 16: "Authorization: %s" is refused in known words', async (authorization, sentence) => {
    await refused(web, { headers: { authorization } }, 401, sentence);
  });

  test('row 17: every form of carrying the token is understood', async () => {
    const { R } = server.world;
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const forms: Record<string, string>[] = [
      { authorization: `Bearer ${R}` },
      { 'x-upload-token': R },
      { authorization: basic(`${R}:`) },
      { authorization: basic(`x:${R}`) },
    ];
    for (const headers of forms) await accepted(web, { headers }, server.world.web.id);
  });

  test('row 18: Basic from a .netrc on a private repository is refused with a hint that names it', async () => {
    const headers = { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` };
    const answer = await refused(core, { headers }, 401, TOKENLESS);
    expect(answer.body).toMatchObject({ hint: expect.stringContaining('.netrc') });
    expect(answer.text).not.toContain('secret');
  });
});
