import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { OidcAnswer } from '../../src/auth/oidc.ts';
import { answerRefusal } from '../../src/auth/refusal.ts';
import { readTokenPresentation } from '../../src/auth/token-forms.ts';
import { deriveTokenSecrets, hashToken } from '../../src/auth/token-hash.ts';
import { makeUploadToken } from '../../src/auth/token-make.ts';
import type { UploadAuthorization, UploadAuthorizerOptions } from '../../src/auth/upload-authorization.ts';
import { createUploadAuthorizer } from '../../src/auth/upload-authorization.ts';
import type { UploadRequest } from '../../src/auth/upload-request.ts';
import { findOrCreateOwner, setTokenRequired } from '../../src/database/queries/owners.ts';
import type { OwnedRepository } from '../../src/database/queries/repositories.ts';
import { findOrCreateRepository } from '../../src/database/queries/repositories.ts';
import type { TokenTarget } from '../../src/database/queries/tokens.ts';
import { insertToken } from '../../src/database/queries/tokens.ts';
import type { Database } from '../../src/database/tables.ts';
import { createTestDatabase } from './cluster.ts';
import type { TestDatabase } from './cluster.ts';

export const SECRETS = deriveTokenSecrets({ tokenHashKey: 'h'.repeat(43), encryptionSecret: 'e'.repeat(43) });

export const SHA = '9f'.repeat(20);
export const OTHER_SHA = '7a'.repeat(20);
export const UNKNOWN_TOKEN = '00000000-1111-4222-8333-444444444444';

/** The letters of upload-protocol §9: tokens R, P, O, G, X and the repositories they are of. */
export interface UploadWorld {
  readonly database: Kysely<Database>;
  /** Public `acme/web` on github, "token required" on. */
  readonly web: OwnedRepository;
  /** Private `acme/core` on github. */
  readonly core: OwnedRepository;
  readonly R: string;
  readonly P: string;
  readonly O: string;
  /** Of the configuration, for github. */
  readonly G: string;
  readonly X: string;
}

/** Makes the repositories and tokens of the acceptance list. */
export async function makeUploadWorld(database: Kysely<Database>): Promise<UploadWorld> {
  const acme = await findOrCreateOwner(database, { service: 'github', owner: 'acme' });
  await setTokenRequired(database, acme.id, true);
  const web = await makeRepository(database, 'acme', 'web', { isPrivate: false });
  const core = await makeRepository(database, 'acme', 'core', { isPrivate: true });
  return {
    database,
    web,
    core,
    R: await storeToken(database, { kind: 'repository', repositoryId: web.id }),
    P: await storeToken(database, { kind: 'repository', repositoryId: core.id }),
    O: await storeToken(database, { kind: 'owner', ownerId: acme.id }),
    G: 'the-global-token-of-github',
    X: UNKNOWN_TOKEN,
  };
}

export async function makeRepository(
  database: Kysely<Database>,
  owner: string,
  name: string,
  { isPrivate = true, service = 'github' as const }: { isPrivate?: boolean; service?: OwnedRepository['service'] } = {},
): Promise<OwnedRepository> {
  const { repository } = await findOrCreateRepository(database, { service, owner, name }, { isPrivate });
  return repository;
}

/** Stores a new upload token and gives its text. */
export async function storeToken(
  database: Kysely<Database>,
  target: TokenTarget,
  { expiresAt = null, token = makeUploadToken() }: { expiresAt?: Date | null; token?: string } = {},
): Promise<string> {
  const hash = hashToken(SECRETS, token);
  await insertToken(database, { target, hash, sealed: null, prefix: token.slice(0, 8), name: null, expiresAt });
  return token;
}

/** Stores a commit with a branch. */
export async function storeCommit(
  database: Kysely<Database>,
  repository: OwnedRepository,
  sha: string,
  branch: string | null,
): Promise<void> {
  await database.insertInto('commits').values({ repository_id: repository.id, sha, branch }).execute();
}

/** The authoriser over a world; without options nothing is made and no identity token is believed. */
export function authorizerOf(world: UploadWorld, options: Partial<UploadAuthorizerOptions> = {}) {
  return createUploadAuthorizer({
    database: world.database,
    secrets: SECRETS,
    globalTokens: [{ service: 'github', token: world.G }],
    createRepositories: false,
    tokenless: 'fork',
    oidc: async (): Promise<OidcAnswer> => ({ kind: 'refused', claim: 'iss', reason: 'No issuer is trusted.' }),
    ...options,
  });
}

/** A request like row 1: A on `acme/web` of github, branch `main`, without a token. */
export function uploadRequest(changes: Partial<UploadRequest> & { readonly token?: string } = {}): UploadRequest {
  const { token, ...rest } = changes;
  return {
    endpoint: 'A',
    method: 'POST',
    target: { kind: 'path', service: 'github', slug: 'acme::::web' },
    presented: readTokenPresentation({ authorization: token === undefined ? undefined : `token ${token}` }),
    sha: SHA,
    branch: 'main',
    address: '192.0.2.1',
    dashboardUrl: 'https://thatch.example',
    ...rest,
  };
}

/** A fresh world before every test of a file, on one database. */
export function useUploadWorld(): { readonly get: () => UploadWorld } {
  let database: TestDatabase;
  let world: UploadWorld;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const { kysely } = database.connection;
    await kysely.deleteFrom('tokens').execute();
    await kysely.deleteFrom('owners').execute();
    world = await makeUploadWorld(kysely);
  });
  return { get: () => world };
}

/** The first half of an answer; a refusal fails the test and says why. */
export function accepted(answer: UploadAuthorization) {
  if (answer.kind !== 'accepted') throw new Error(`refused: ${answer.detail} (${answer.hint})`);
  return answer;
}

/** The other half, as it goes over the wire, with its reason. */
export function refused(answer: UploadAuthorization) {
  if (answer.kind !== 'refused') throw new Error(`accepted for ${answer.repository.name}`);
  const { status, headers, body } = answerRefusal(answer);
  const isJson = headers['content-type'] === 'application/json';
  return { status, headers, body: isJson ? (JSON.parse(body) as unknown) : body, code: answer.code, hint: answer.hint };
}

/** Switches "token required" of acme off. */
export async function openWeb({ database, web }: UploadWorld): Promise<void> {
  await setTokenRequired(database, web.owner_id, false);
}
