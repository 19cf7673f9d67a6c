import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { UploadTarget } from '../../auth/upload-request.ts';
import { saveReport } from '../../database/queries/reports.ts';
import type { UploadNotice } from '../../database/tables.ts';
import { openUpload } from '../../pipeline/receive.ts';
import { type Answer, empty, json } from './answer.ts';
import { type Body, peekText, readBody } from './body.ts';
import { knownOrNewCommit, refusalBeforeFields } from './body-commit.ts';
import { enter } from './gate.ts';
import { check, TEST_RESULTS } from './schemas.ts';
import { addAddress } from './scope.ts';
import { storageAddress } from './storage.ts';
import { agentOf, shownName, webAddress } from './upload-facts.ts';

/** I: test results (upload-protocol §1.3). Stored now, read by a later step of the pipeline. */
export async function testResultRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/test_results/v1', { POST: createTestResults });
}

async function createTestResults(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const entry = await enter(app, request, {
    endpoint: 'I',
    target: bodyTarget(body),
    sha: peekText(body, 'commit'),
    branch: peekText(body, 'branch'),
  });
  const checked = check(TEST_RESULTS, body);
  if (entry.kind === 'refused') return refusalBeforeFields(entry, checked);
  if (checked.kind === 'answer') return checked.answer;
  const fields = checked.value;
  const commit = await knownOrNewCommit(app, entry.repository.id, {
    sha: fields.commit,
    branch: fields.branch,
    pull: fields.pr ?? fields.pullid,
  });
  await saveReport(app.database.kysely, commit.id, 'test_results');
  if (fields.file_not_found) return empty(201);
  const notices: UploadNotice[] = [...entry.notices];
  const upload = await openUpload(app, entry.repository, commit, {
    kind: 'test_results',
    via: 'I',
    flags: [...fields.flags],
    name: shownName(fields.name, notices),
    job: fields.job_code ?? fields.job,
    build: fields.build,
    // codecov-cli says `ci_url`, which the server there never reads.
    build_url: webAddress(fields.ci_url ?? fields.buildUrl ?? fields.build_url, notices),
    ci: fields.ci_service,
    agent: agentOf(request),
    package: fields.version,
    env: fields.env,
    isUnprotected: entry.isUnprotected,
    notices,
    options: {},
    idempotency: null,
  });
  return json(201, { raw_upload_location: storageAddress(app, request, upload) });
}

function bodyTarget(body: Body): UploadTarget {
  return { kind: 'body', service: peekText(body, 'service'), slug: peekText(body, 'slug') ?? '' };
}
