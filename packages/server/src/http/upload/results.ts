import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { resolveCommit } from '../../database/queries/commits.ts';
import { parseSha } from '../../names.ts';
import { isSettled, stateOfCommit } from '../../pipeline/settled.ts';
import { type Answer, json } from './answer.ts';
import { enter, parameter, pathTarget } from './gate.ts';
import { addAddress } from './scope.ts';

/** G: `…/reports/CODE/results` (upload-protocol §1.3). */
export async function resultRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/:sha/reports/:code/results', {
    POST: askForResults,
    GET: showResults,
  });
}

const COMPLETED = {
  state: 'completed',
  result: { state: 'deprecated', message: 'The "local upload" functionality has been deprecated.' },
};

const PENDING = { state: 'pending', result: { state: 'pending', message: 'Uploads of this commit are being read.' } };

/** There is nothing to be started: results come with the uploads. Answered whatever the commit, as there. */
async function askForResults(app: App, request: FastifyRequest): Promise<Answer> {
  const entry = await knock(app, request);
  return entry.kind === 'refused' ? entry.answer : json(201, COMPLETED);
}

async function showResults(app: App, request: FastifyRequest): Promise<Answer> {
  const entry = await knock(app, request);
  if (entry.kind === 'refused') return entry.answer;
  const sha = parseSha(parameter(request, 'sha'));
  const commit = sha === null ? null : await resolveCommit(app.database.kysely, entry.repository.id, sha);
  const isPending = commit !== null && !isSettled(await stateOfCommit(app, commit.id));
  return json(200, isPending ? PENDING : COMPLETED);
}

function knock(app: App, request: FastifyRequest) {
  return enter(app, request, { endpoint: 'G', target: pathTarget(request), sha: parameter(request, 'sha') });
}
