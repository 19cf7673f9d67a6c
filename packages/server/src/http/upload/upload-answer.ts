import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { findCommitById } from '../../database/queries/commits.ts';
import { findRepositoryById } from '../../database/queries/repositories.ts';
import { problemsOf } from '../../database/queries/upload-problems.ts';
import { findUploadById } from '../../database/queries/uploads.ts';
import type { Upload } from '../../database/tables.ts';
import { STATUS_KEY_SECONDS, statusKey } from '../../objects/signing.ts';
import { presentUploadStatus, type UploadFacts, type UploadStatus } from '../../presenters/upload-status.ts';
import { apiAddress, commitAddress, pagesAddress } from './address.ts';

/** How an upload is to be shown to one client. */
export interface Showing {
  readonly isDuplicate?: boolean;
  /** The key with which the client came; none = a fresh one goes into the addresses. */
  readonly key?: string;
}

/** Reads an upload anew and makes the answer about it (upload-protocol §8.1). Null when it was deleted. */
export async function showUpload(
  app: App,
  request: FastifyRequest,
  { id }: Pick<Upload, 'id'>,
  showing: Showing = {},
): Promise<UploadStatus | null> {
  const { kysely } = app.database;
  const upload = await findUploadById(kysely, id);
  if (upload === null) return null;
  const [commit, repository] = await Promise.all([
    findCommitById(kysely, upload.commit_id),
    findRepositoryById(kysely, upload.repository_id),
  ]);
  if (commit === null || repository === null) return null;
  const [status] = await showUploads(app, request, { uploads: [upload], commit, repository }, showing);
  return status;
}

/** The answers about uploads of one commit. */
export async function showUploads(
  app: App,
  request: FastifyRequest,
  { uploads, commit, repository }: Pick<UploadFacts, 'commit' | 'repository'> & { readonly uploads: readonly Upload[] },
  { isDuplicate = false, key }: Showing = {},
): Promise<UploadStatus[]> {
  const problems = await problemsOf(
    app.database.kysely,
    uploads.map(({ id }) => id),
  );
  const api = apiAddress(app, request);
  const dashboard = pagesAddress(app, request);
  const named = { service: repository.service, owner: repository.owner_name, name: repository.name };
  return uploads.map((upload) => {
    const query = `?k=${encodeURIComponent(key ?? freshKey(app, upload))}`;
    const status = `${api}/upload/status/${upload.external_id}`;
    const addresses = {
      result: commitAddress(dashboard, named, commit.sha),
      status: status + query,
      events: `${status}/events${query}`,
    };
    const facts = { upload, commit, repository, problems: problems.get(upload.id) ?? [] };
    return presentUploadStatus(facts, addresses, isDuplicate);
  });
}

/** The tag of an answer: equal answers have equal tags. */
export function entityTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

const HOUR_MS = 3_600_000;

// 24 hours from the upload on; later from the full hour, so that the answer does not change from one second to the next.
function freshKey(app: App, { external_id, created_at }: Upload): string {
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const expiry = new Date(Math.max(created_at.getTime(), hour) + STATUS_KEY_SECONDS * 1000);
  return statusKey(app.dataFolder.secrets.signing_key, external_id, expiry);
}
