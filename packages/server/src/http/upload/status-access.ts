import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { accessRepository } from '../../auth/repository-access.ts';
import { refuseScope } from '../../auth/api-principal.ts';
import {
  findRepositoriesBySlug,
  findRepository,
  findRepositoryById,
  type OwnedRepository,
} from '../../database/queries/repositories.ts';
import { findUpload } from '../../database/queries/uploads.ts';
import type { Upload } from '../../database/tables.ts';
import { formatRepository, parseRepositoryOption } from '../../names.ts';
import { checkStatusKey } from '../../objects/signing.ts';
import { identify } from '../identify.ts';
import { pagesAddress } from './address.ts';
import { hasToken, presentedBy } from './gate.ts';

/** An upload that a client may read about, and the key with which it came. */
export interface ReadableUpload {
  readonly upload: Upload;
  readonly key: string | undefined;
}

const UPLOAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The upload of an id, for whoever shows its key or a token of its repository (upload-protocol §8.2). Null for everybody else, and for
 * unknown ids: both look the same.
 */
export async function findReadableUpload(
  app: App,
  request: FastifyRequest,
  id: string,
): Promise<ReadableUpload | null> {
  if (!UPLOAD_ID.test(id)) return null;
  const { k: key } = request.query as { readonly k?: unknown };
  if (key !== undefined) {
    if (checkStatusKey(app.dataFolder.secrets.signing_key, id, key, new Date()) !== 'valid') return null;
    const upload = await findUpload(app.database.kysely, id);
    return upload === null ? null : { upload, key: String(key) };
  }
  const upload = await findUpload(app.database.kysely, id);
  const repository = upload === null ? null : await findRepositoryById(app.database.kysely, upload.repository_id);
  if (upload === null || repository === null) return null;
  return (await hasTokenOf(app, request, repository)) ? { upload, key: undefined } : null;
}

/**
 * The repository that the query of a list names, or that its token belongs to, for whoever may read it: with one of its tokens, or everybody a
 * public one. Null for everybody else, and for unknown names.
 */
export async function findReadableRepository(
  app: App,
  request: FastifyRequest,
  name: string | null,
): Promise<OwnedRepository | null> {
  if (name === null) return repositoryOfToken(app, request);
  for (const repository of await candidates(app, name)) {
    const isOpen = !repository.is_private && app.config.setup.guestAccess;
    if (isOpen || (await hasTokenOf(app, request, repository))) return repository;
  }
  return null;
}

/** More services than this hardly hold one slug. */
const MOST_CANDIDATES = 3;

async function candidates(app: App, name: string): Promise<OwnedRepository[]> {
  const parsed = parseRepositoryOption(name);
  if (parsed === null) return [];
  const { service, owner, name: repositoryName } = parsed;
  const { kysely } = app.database;
  if (service === null) return findRepositoriesBySlug(kysely, parsed, MOST_CANDIDATES);
  const found = await findRepository(kysely, { service, owner, name: repositoryName });
  return found === null ? [] : [found];
}

/** Whether a request shows an upload token of the repository, or an API token of somebody who may read it. */
async function hasTokenOf(app: App, request: FastifyRequest, repository: OwnedRepository): Promise<boolean> {
  const { service, owner_name: owner, name } = repository;
  const decision = await authorize(app, request, formatRepository({ service, owner, name }));
  if (decision.kind === 'accepted' && hasToken(decision) && decision.repository.id === repository.id) return true;
  const caller = await identify(app, request);
  if (caller.kind === 'refused' || caller.principal.kind === 'anonymous') return false;
  const { principal } = caller;
  const options = { database: app.database.kysely, guestAccess: app.config.setup.guestAccess };
  const access = await accessRepository(options, { principal, repository, method: 'GET' });
  return access.kind === 'allowed' && refuseScope(principal, 'read', 'read:report') === null;
}

async function repositoryOfToken(app: App, request: FastifyRequest): Promise<OwnedRepository | null> {
  const decision = await authorize(app, request, null);
  return decision.kind === 'accepted' && hasToken(decision) ? decision.repository : null;
}

/** The same decision as for an upload; only named with repositories that exist, so that reading never makes one. */
function authorize(app: App, request: FastifyRequest, repository: string | null) {
  return app.authorize({
    endpoint: 'own',
    method: 'GET',
    target: { kind: 'own', repository },
    presented: presentedBy(request, undefined),
    sha: null,
    branch: null,
    address: request.ip,
    dashboardUrl: pagesAddress(app, request),
  });
}
