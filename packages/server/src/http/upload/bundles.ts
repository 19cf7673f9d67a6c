import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { saveReport } from '../../database/queries/reports.ts';
import type { UploadNotice } from '../../database/tables.ts';
import { openUpload } from '../../pipeline/receive.ts';
import { type Answer, json } from './answer.ts';
import { peekText, readBody } from './body.ts';
import { knownOrNewCommit, refusalBeforeFields } from './body-commit.ts';
import { enter } from './gate.ts';
import { BUNDLE, check } from './schemas.ts';
import { addAddress } from './scope.ts';
import { storageAddress } from './storage.ts';
import { agentOf, webAddress } from './upload-facts.ts';

/** J: bundle statistics (upload-protocol §1.3). Stored now, read by a later step of the pipeline. */
export async function bundleRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/bundle_analysis/v1', { POST: createBundle });
}

async function createBundle(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const entry = await enter(app, request, {
    endpoint: 'J',
    target: { kind: 'body', service: peekText(body, 'git_service'), slug: peekText(body, 'slug') ?? '' },
    sha: peekText(body, 'commit'),
    branch: peekText(body, 'branch'),
  });
  const checked = check(BUNDLE, body);
  if (entry.kind === 'refused') return refusalBeforeFields(entry, checked);
  if (checked.kind === 'answer') return checked.answer;
  const fields = checked.value;
  const commit = await knownOrNewCommit(app, entry.repository.id, {
    sha: fields.commit,
    branch: fields.branch,
    pull: fields.pr,
  });
  await saveReport(app.database.kysely, commit.id, 'bundle_analysis');
  const notices: UploadNotice[] = [...entry.notices];
  const upload = await openUpload(app, entry.repository, commit, {
    kind: 'bundle_analysis',
    via: 'J',
    flags: [],
    name: null,
    job: fields.job,
    build: fields.build,
    build_url: webAddress(fields.buildURL, notices),
    ci: fields.service,
    agent: agentOf(request),
    package: null,
    env: null,
    isUnprotected: entry.isUnprotected,
    notices,
    options: fields.compareSha === null ? {} : { compareSha: fields.compareSha },
    idempotency: null,
  });
  return json(201, { url: storageAddress(app, request, upload) });
}
