import { findCommit } from '../../src/database/queries/commits.ts';
import { findReport } from '../../src/database/queries/reports.ts';
import { uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import type { Commit, Upload, UploadKind } from '../../src/database/tables.ts';
import type { UploadStatus } from '../../src/presenters/upload-status.ts';
import { type Answered, newSha, send, type Sending, type TestServer, uploadIdOf } from './server.ts';

/*
 * The public repository `acme/web` of the fixture, as its uploaders reach it, and what is stored of it.
 */

/** The beginning of its addresses: P of upload-protocol §1.3. */
export function webUrl({ url }: TestServer): string {
  return `${url}/upload/github/acme::::web`;
}

/** A commit of it; null when there is none. */
export function commitOf({ app, world }: TestServer, sha: string): Promise<Commit | null> {
  return findCommit(app.database.kysely, world.web.id, sha);
}

/** Uploads of one of its commits, in the order in which they came; none when the commit is not known. */
export async function uploadsOf(server: TestServer, sha: string): Promise<Upload[]> {
  const commit = await commitOf(server, sha);
  return commit === null ? [] : uploadsOfCommit(server.app.database.kysely, commit.id);
}

/** The public id of a report of one of its commits; null when there is none. */
export async function reportIdOf(
  server: TestServer,
  sha: string,
  kind: UploadKind = 'coverage',
): Promise<string | null> {
  const commit = await commitOf(server, sha);
  if (commit === null) return null;
  return (await findReport(server.app.database.kysely, commit.id, kind))?.externalId ?? null;
}

/** Makes a commit known (A) and gives its id. */
export async function knownCommit(server: TestServer, facts: object = {}): Promise<string> {
  const sha = newSha();
  const json = { commitid: sha, branch: 'main', ...facts };
  await send(`${webUrl(server)}/commits`, { token: server.world.R, json });
  return sha;
}

/** An upload that waits for its bytes. */
export interface WaitingUpload {
  readonly sha: string;
  readonly id: string;
  /** Signed; takes a PUT. */
  readonly location: string;
}

/** Opens an upload by D, of a commit of its own unless said. */
export async function openUpload(server: TestServer, facts: object = {}): Promise<WaitingUpload> {
  const json = { commitid: newSha(), branch: 'main', ...facts };
  const answer = await send(`${webUrl(server)}/upload-coverage`, { token: server.world.R, json });
  if (answer.status !== 201) throw new Error(`no upload was opened: ${answer.status} ${answer.text}`);
  const { raw_upload_location: location } = answer.body as { readonly raw_upload_location: string };
  return { sha: json.commitid, id: uploadIdOf(location), location };
}

/** Sends bytes to a signed address. */
export function put(
  location: string,
  body?: string | Uint8Array | ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  return send(location, { method: 'PUT', body, headers });
}

/** Says that all uploads of a commit were sent (F); `?wait=60` answers when they are merged. */
export function complete(server: TestServer, sha: string, query = ''): Promise<Answered> {
  const address = `${webUrl(server)}/commits/${sha}/upload-complete${query}`;
  return send(address, { method: 'POST', token: server.world.R });
}

/** Sends a report whole, to our own address (upload-protocol §8.1). */
export function sendReport(server: TestServer, query: string, sending: Sending): Promise<Answered> {
  return send(`${server.url}/upload/coverage?${query}`, { token: server.world.R, ...sending });
}

/** What our own addresses say of an upload. */
export function statusOf({ body }: Answered): UploadStatus {
  return body as UploadStatus;
}
