import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessRepository } from '../../auth/repository-access.ts';
import type { App } from '../../app.ts';
import { findRepository } from '../../database/queries/repositories.ts';
import { findUploadByRawKey } from '../../database/queries/uploads.ts';
import { parseService } from '../../names.ts';
import { signedDownloadPath } from '../../objects/signing.ts';
import { identify } from '../identify.ts';
import { apiAddress } from './address.ts';
import { type Answer, detail, empty } from './answer.ts';
import { parameter } from './gate.ts';
import { addAddress } from './scope.ts';

/** L: `/upload/SERVICE/owner/repo/download?path=…`: the raw bytes of an upload, for people (upload-protocol §1.3). */
export async function downloadRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:owner/:repository/download', { GET: redirectToBytes });
}

const ADDRESS_SECONDS = 30;

/**
 * Sends a person who has a role on the repository to a signed address that lives 30 s. The path is only compared with what the rows
 * name, never opened. A GET by a browser has no body to lose: 302, as there.
 */
async function redirectToBytes(app: App, request: FastifyRequest): Promise<Answer> {
  const { path } = request.query as { readonly path?: unknown };
  const repository = await readableRepository(app, request);
  if (repository === null || typeof path !== 'string') return NOT_FOUND;
  const upload = await findUploadByRawKey(app.database.kysely, repository.id, path);
  if (upload === null) return NOT_FOUND;
  const expiresAt = new Date(Date.now() + ADDRESS_SECONDS * 1000);
  const signed = signedDownloadPath(app.dataFolder.secrets.signing_key, upload.external_id, expiresAt);
  return empty(302, {
    location: apiAddress(app, request) + signed,
    'cache-control': 'no-store',
  });
}

const NOT_FOUND = detail(404, 'Not found.');

async function readableRepository(app: App, request: FastifyRequest) {
  const service = parseService(parameter(request, 'service'));
  if (service === null) return null;
  const { kysely } = app.database;
  const authenticated = await identify(app, request);
  if (authenticated.kind === 'refused' || authenticated.principal.kind !== 'user') return null;
  const name = { service, owner: parameter(request, 'owner'), name: parameter(request, 'repository') };
  const access = await accessRepository(
    { database: kysely, guestAccess: false },
    { principal: authenticated.principal, repository: await findRepository(kysely, name), method: 'GET' },
  );
  return access.kind === 'allowed' && access.role !== null ? access.repository : null;
}
