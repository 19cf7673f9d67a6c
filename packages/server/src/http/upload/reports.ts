import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { saveReport } from '../../database/queries/reports.ts';
import { type Answer, json } from './answer.ts';
import { readBody } from './body.ts';
import { findCommitOfPath } from './commit-of-path.ts';
import { enter, parameter, pathTarget } from './gate.ts';
import { check, REPORT } from './schemas.ts';
import { addAddress } from './scope.ts';
import { wireTime } from './wire-time.ts';

/** B: `/upload/SERVICE/SLUG/commits/SHA/reports` (upload-protocol §1.3). */
export async function reportRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/:sha/reports', { POST: createReport });
}

async function createReport(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const knock = { endpoint: 'B', target: pathTarget(request), sha: parameter(request, 'sha') } as const;
  const entry = await enter(app, request, knock);
  if (entry.kind === 'refused') return entry.answer;
  const found = await findCommitOfPath(app, request, entry.repository);
  if (found.kind === 'answer') return found.answer;
  const checked = check(REPORT, body);
  if (checked.kind === 'answer') return checked.answer;
  const report = await saveReport(app.database.kysely, found.commit.id, 'coverage');
  return json(201, {
    external_id: report.externalId,
    created_at: wireTime(report.createdAt),
    commit_sha: found.commit.sha,
    code: null,
  });
}
