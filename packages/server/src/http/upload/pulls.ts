import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { saveUserProvidedBase } from '../../database/queries/pulls.ts';
import { type Answer, fieldErrors, json } from './answer.ts';
import { readBody } from './body.ts';
import { enter, parameter } from './gate.ts';
import { check, PULL_BASE } from './schemas.ts';
import { addAddress } from './scope.ts';
import { wireTime } from './wire-time.ts';

/** K: the base of a pull as its author's CI knows it, `PUT /api[/v1]/SERVICE/owner/repo/pulls/N` (upload-protocol §1.3). */
export async function pullRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/api/v1/:service/:owner/:repository/pulls/:number', { PUT: setBase });
  addAddress(fastify, app, '/api/:service/:owner/:repository/pulls/:number', { PUT: setBase });
}

async function setBase(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const entry = await enter(app, request, {
    endpoint: 'K',
    target: {
      kind: 'plain',
      service: parameter(request, 'service'),
      owner: parameter(request, 'owner'),
      name: parameter(request, 'repository'),
    },
  });
  if (entry.kind === 'refused') return entry.answer;
  const number = pullNumber(parameter(request, 'number'));
  if (number === null) return fieldErrors({ pullid: ['A valid integer is required.'] });
  const checked = check(PULL_BASE, body);
  if (checked.kind === 'answer') return checked.answer;
  const base = checked.value.user_provided_base_sha;
  const pull = await saveUserProvidedBase(app.database.kysely, entry.repository.id, number, base);
  return json(200, {
    pullid: pull.number,
    title: pull.title,
    base: pull.base_sha,
    head: pull.head_sha,
    compared_to: null,
    updatestamp: wireTime(pull.updated_at),
    state: pull.state,
    user_provided_base_sha: pull.user_provided_base_sha,
  });
}

function pullNumber(text: string): number | null {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= 2_147_483_647 ? number : null;
}
