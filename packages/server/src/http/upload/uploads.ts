import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { App } from '../../app.ts';
import type { Accepted } from '../../auth/upload-authorization.ts';
import type { OwnedRepository } from '../../database/queries/repositories.ts';
import { findReport, saveReport } from '../../database/queries/reports.ts';
import type { Commit, Upload, UploadNotice, UploadVia } from '../../database/tables.ts';
import { admitUpload } from '../../pipeline/admit.ts';
import { fullText } from '../../pipeline/limit.ts';
import { touchBranch, type UploadFacts } from '../../pipeline/receive.ts';
import { commitAddress, pagesAddress } from './address.ts';
import { type Answer, detail, json, sentence } from './answer.ts';
import { type Body, peekText, readBody } from './body.ts';
import { findCommitOfPath } from './commit-of-path.ts';
import { rememberCommit } from './commits.ts';
import { enter, parameter, pathTarget, tellLateRefusal } from './gate.ts';
import { check, COMMIT, REPORT, UPLOAD, UPLOAD_OF_D } from './schemas.ts';
import { addAddress } from './scope.ts';
import { agentOf, shownName, webAddress } from './upload-facts.ts';
import { storageAddress } from './storage.ts';
import { wireTime } from './wire-time.ts';

/** C and D: a new upload, whose bytes follow by PUT (upload-protocol §1.3). */
export async function uploadRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/:sha/reports/:code/uploads', { POST: createUpload });
  addAddress(fastify, app, '/upload/:service/:slug/upload-coverage', { POST: createAll });
}

/** C: an upload of a report that B made. */
async function createUpload(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const knock = { endpoint: 'C', target: pathTarget(request), sha: parameter(request, 'sha') } as const;
  const entry = await enter(app, request, knock);
  if (entry.kind === 'refused') return entry.answer;
  if (parameter(request, 'code') !== 'default') return sentence(400, OTHER_CODE);
  const found = await findCommitOfPath(app, request, entry.repository);
  if (found.kind === 'answer') return found.answer;
  if ((await findReport(app.database.kysely, found.commit.id, 'coverage')) === null) return sentence(400, NO_REPORT);
  const checked = check(UPLOAD, body);
  if (checked.kind === 'answer') return checked.answer;
  const opened = await open(app, request, entry, found.commit, checked.value, 'C');
  if (opened.kind === 'answer') return opened.answer;
  const { upload, putAddress, pageAddress } = opened;
  return json(201, {
    external_id: upload.external_id,
    created_at: wireTime(upload.created_at),
    raw_upload_location: putAddress,
    state: 'started',
    provider: upload.ci,
    upload_type: 'uploaded',
    url: pageAddress,
    ci_url: upload.build_url,
    flags: upload.flags,
    env: upload.env,
    name: upload.name,
    job_code: upload.job,
  });
}

/** D: A, B and C in one, refused in this order; what was made before a refusal stays. */
async function createAll(app: App, request: FastifyRequest): Promise<Answer> {
  const body: Body = await readBody(request);
  const entry = await enter(app, request, {
    endpoint: 'D',
    target: pathTarget(request),
    sha: peekText(body, 'commitid'),
    branch: peekText(body, 'branch'),
  });
  if (entry.kind === 'refused') return entry.answer;
  const commitFacts = check(COMMIT, body);
  if (commitFacts.kind === 'answer') return commitFacts.answer;
  const commit = await rememberCommit(app, entry, commitFacts.value);
  const reportFacts = check(REPORT, body);
  if (reportFacts.kind === 'answer') return reportFacts.answer;
  await saveReport(app.database.kysely, commit.id, 'coverage');
  const uploadFacts = check(UPLOAD_OF_D, body);
  if (uploadFacts.kind === 'answer') return uploadFacts.answer;
  const opened = await open(app, request, entry, commit, uploadFacts.value, 'D');
  if (opened.kind === 'answer') return opened.answer;
  const { upload, putAddress, pageAddress } = opened;
  return json(201, {
    external_id: upload.external_id,
    created_at: wireTime(upload.created_at),
    raw_upload_location: putAddress,
    url: pageAddress,
  });
}

type Opened =
  | { readonly kind: 'opened'; readonly upload: Upload; readonly putAddress: string; readonly pageAddress: string }
  | { readonly kind: 'answer'; readonly answer: Answer };

async function open(
  app: App,
  request: FastifyRequest,
  accepted: Accepted,
  commit: Commit,
  fields: z.output<typeof UPLOAD>,
  via: UploadVia,
): Promise<Opened> {
  const { repository } = accepted;
  const admission = await admitUpload(app, repository, commit, factsOf(request, accepted, fields, via));
  if (admission.kind === 'full') return refuseFull(app, request, repository, fullText(admission));
  await touchBranch(app, commit);
  const dashboard = pagesAddress(app, request);
  const named = { service: repository.service, owner: repository.owner_name, name: repository.name };
  return {
    kind: 'opened',
    upload: admission.upload,
    putAddress: storageAddress(app, request, admission.upload),
    pageAddress: commitAddress(dashboard, named, commit.sha),
  };
}

function refuseFull(app: App, request: FastifyRequest, repository: OwnedRepository, message: string): Opened {
  const code = 'too_many_uploads';
  const hint = 'Send fewer reports for one commit, or raise the limit in the configuration of the installation.';
  const named = `${repository.owner_name}/${repository.name}`;
  tellLateRefusal(app, request, { code, message, hint, repositoryId: repository.id, repository: named });
  return { kind: 'answer', answer: detail(429, message, { code, hint }) };
}

function factsOf(
  request: FastifyRequest,
  accepted: Accepted,
  fields: z.output<typeof UPLOAD>,
  via: UploadVia,
): UploadFacts {
  const notices: UploadNotice[] = [...accepted.notices];
  return {
    kind: 'coverage',
    via,
    flags: [...fields.flags],
    name: shownName(fields.name, notices),
    job: fields.job_code,
    build: null,
    build_url: webAddress(fields.ci_url, notices),
    ci: fields.ci_service,
    agent: agentOf(request),
    package: fields.version,
    env: fields.env,
    isUnprotected: accepted.isUnprotected,
    notices,
    options: {},
    idempotency: null,
  };
}

const NO_REPORT = 'Report not found';
const OTHER_CODE = 'Non-default `report_code` has been deprecated';
