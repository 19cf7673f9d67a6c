import { randomUUID } from 'node:crypto';
import type { ApiScope } from '../../src/auth/api-scopes.ts';
import { hashToken, sealToken } from '../../src/auth/token-hash.ts';
import { makeUploadToken } from '../../src/auth/token-make.ts';
import { grantRole } from '../../src/database/queries/grants.ts';
import type { OwnedRepository } from '../../src/database/queries/repositories.ts';
import { insertToken } from '../../src/database/queries/tokens.ts';
import { createUser } from '../../src/database/queries/users.ts';
import type { Role } from '../../src/database/tables.ts';
import { send, type TestServer } from './server.ts';
import { makeRepository } from './upload-world.ts';

/** Three commits of a line and one beside it, oldest first. */
export const FIRST = 'a1'.repeat(20);
export const SECOND = 'b2'.repeat(20);
export const HEAD = 'c3'.repeat(20);
export const FEATURE = 'd4'.repeat(20);
/** Known, without any upload. */
export const EMPTY = 'e5'.repeat(20);

/** The fixture of public-api §5, as far as it exists: repositories, people and their tokens, uploads that are merged. */
export interface ApiWorld {
  /** Public. */
  readonly open: OwnedRepository;
  /** Private. */
  readonly lumen: OwnedRepository;
  /** Upload token of lumen, which its members may see. */
  readonly uploadToken: string;
  /** Member of the owner. */
  readonly mira: string;
  /** Without any role. */
  readonly otto: string;
  /** Administrator. */
  readonly ada: string;
}

/** Makes the fixture through the same addresses as every uploader. */
export async function makeApiWorld(server: TestServer): Promise<ApiWorld> {
  const { kysely } = server.app.database;
  const open = await makeRepository(kysely, 'acme', 'open', { isPrivate: false });
  const lumen = await makeRepository(kysely, 'acme', 'lumen');
  const uploadToken = makeUploadToken();
  await insertToken(kysely, {
    target: { kind: 'repository', repositoryId: lumen.id },
    hash: hashToken(server.app.tokenSecrets, uploadToken),
    sealed: sealToken(server.app.tokenSecrets, uploadToken),
    prefix: uploadToken.slice(0, 8),
    name: null,
    expiresAt: null,
  });
  const world = {
    open,
    lumen,
    uploadToken,
    mira: await makePerson(server, 'mira', { ownerId: lumen.owner_id, role: 'member' }),
    otto: await makePerson(server, 'otto'),
    ada: await makePerson(server, 'ada', { isAdmin: true }),
  };
  await upload(server, { sha: FIRST, flags: ['unit'], report: REPORTS.first });
  await upload(server, { sha: SECOND, parent: FIRST, flags: ['unit'], report: REPORTS.second });
  await upload(server, { sha: HEAD, parent: EMPTY, flags: ['unit'], name: 'node-22', report: REPORTS.unit });
  await upload(server, { sha: HEAD, flags: ['e2e'], report: REPORTS.endToEnd });
  await upload(server, { sha: FEATURE, parent: SECOND, branch: 'feature/x', flags: ['unit'], report: REPORTS.first });
  await upload(server, { repo: 'open', sha: FIRST, flags: ['unit'], report: REPORTS.first });
  await kysely
    .insertInto('commits')
    .values({ repository_id: lumen.id, sha: EMPTY, parent_sha: SECOND, author_name: 'Mira Holt' })
    .execute();
  return world;
}

/** Reports of lcov. */
export const REPORTS = {
  first: lcov({ 'src/a.ts': 'DA:1,1', 'src/old.ts': 'DA:1,1\nDA:2,0' }),
  second: lcov({ 'src/a.ts': 'DA:1,1\nDA:2,0', 'src/gone.ts': 'DA:5,3' }),
  unit: lcov({
    'src/core/merge.ts': 'DA:1,1\nDA:2,1\nDA:3,1\nDA:4,1\nDA:5,1\nDA:6,0\nDA:7,0\nDA:8,0',
    'src/core/deep/er/one.ts': 'DA:1,1\nDA:2,0',
    'src/a.ts': 'DA:3,1\nDA:4,2\nDA:7,1\nBRDA:7,0,0,1\nBRDA:7,0,1,0\nDA:9,0',
    'src/ab.ts': 'DA:1,0',
    'srcXa.ts': 'DA:1,1',
    'cli.ts': 'DA:1,1',
  }),
  endToEnd: lcov({ 'cli.ts': 'DA:1,4\nDA:2,0', 'src/a.ts': 'DA:9,5' }),
} as const;

/** One upload. */
export interface Uploading {
  readonly repo?: string;
  readonly sha: string;
  readonly parent?: string;
  readonly branch?: string;
  readonly flags?: readonly string[];
  readonly name?: string;
  readonly report: string;
}

/** Sends a report as codecov-cli does and waits until it is in the commit's report. */
export async function upload(server: TestServer, uploading: Uploading): Promise<void> {
  const { repo = 'lumen', sha, parent, branch = 'main', flags = [], name, report } = uploading;
  const base = `${server.url}/upload/github/acme::::${repo}`;
  const token = server.world.O;
  const opened = await send(`${base}/upload-coverage`, {
    token,
    headers: { 'user-agent': 'codecov-cli/11.3.1' },
    json: { commitid: sha, branch, parent_commit_id: parent, flags, name, ci_service: 'github-actions', env: {} },
  });
  if (opened.status !== 201) throw new Error(`upload refused: ${opened.status} ${opened.text}`);
  const { raw_upload_location: address } = opened.body as { readonly raw_upload_location: string };
  const stored = await send(address, { method: 'PUT', body: report });
  if (stored.status !== 200) throw new Error(`PUT refused: ${stored.status} ${stored.text}`);
  const settled = await send(`${base}/commits/${sha}/upload-complete?wait=60`, { token, method: 'POST' });
  if (settled.status !== 200) throw new Error(`not merged in time: ${settled.status} ${settled.text}`);
}

/** Makes an account and an API token of it. */
export async function makePerson(
  server: TestServer,
  name: string,
  {
    isAdmin = false,
    ownerId = null,
    role = 'reader',
    scopes = ['read', 'repo:write', 'repo:secrets'],
    expiresAt = null,
  }: {
    readonly isAdmin?: boolean;
    readonly ownerId?: number | null;
    readonly role?: Role;
    readonly scopes?: readonly ApiScope[];
    readonly expiresAt?: Date | null;
  } = {},
): Promise<string> {
  const { kysely } = server.app.database;
  const user = await createUser(kysely, { name, passwordHash: null, isAdmin });
  if (user === null) throw new Error(`the account ${name} is there already`);
  if (ownerId !== null) await grantRole(kysely, user.id, { kind: 'owner', ownerId }, role);
  const token = randomUUID();
  await insertToken(kysely, {
    target: { kind: 'api', userId: user.id, scopes },
    hash: hashToken(server.app.tokenSecrets, token),
    sealed: null,
    prefix: token.slice(0, 8),
    name: null,
    expiresAt,
  });
  return token;
}

function lcov(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, records]) => `SF:${path}\n${records}\nend_of_record\n`)
    .join('');
}
