import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { transplant } from '../../pipeline/transplant.ts';
import { type Answer, json } from './answer.ts';
import { readBody } from './body.ts';
import { enter, pathTarget } from './gate.ts';
import { check, TRANSPLANT } from './schemas.ts';
import { addAddress } from './scope.ts';

/** H: `/upload/SERVICE/SLUG/commits/transplant`: gives one commit the uploads of another (upload-protocol §1.3). */
export async function transplantRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/transplant', { POST: askForTransplant });
}

async function askForTransplant(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const entry = await enter(app, request, { endpoint: 'H', target: pathTarget(request) });
  if (entry.kind === 'refused') return entry.answer;
  const checked = check(TRANSPLANT, body);
  if (checked.kind === 'answer') return checked.answer;
  const { from_sha: from, to_sha: to } = checked.value;
  await transplant(app, entry.repository.id, from, to);
  // Also when the first commit is not known: that is what it says there.
  return json(200, { result: 'All good, transplant scheduled' });
}
