import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { readTokenPresentation } from '../../auth/token-forms.ts';
import { type Answer, json } from './answer.ts';
import { enter } from './gate.ts';
import { addAddress, type Handler } from './scope.ts';

/**
 * Addresses that only older codecov-cli calls, for functions that are no more: constants for any valid token (upload-protocol §1.3).
 */
export async function deprecatedRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  for (const path of ['/staticanalysis/staticanalyses', '/staticanalysis/staticanalyses/:id/finish']) {
    addAddress(fastify, app, path, { POST: constant(201, STATIC_ANALYSIS) });
  }
  for (const path of ['/labels/labels-analysis', '/labels/labels-analysis/:id']) {
    addAddress(fastify, app, path, {
      POST: constant(201, LABELS),
      GET: constant(200, LABELS),
      PATCH: constant(200, LABELS),
    });
  }
}

function constant(status: number, value: object): Handler {
  return async (app: App, request: FastifyRequest): Promise<Answer> => {
    const entry = await enter(app, request, {
      endpoint: 'I',
      target: { kind: 'body', service: null, slug: '' },
      presented: readTokenPresentation({
        authorization: request.headers.authorization?.replace(/^repotoken /i, 'token '),
      }),
    });
    const isKnown = entry.kind === 'accepted' || entry.refusal.code === 'repository_required';
    return isKnown ? json(status, value) : entry.answer;
  };
}

const STATIC_ANALYSIS = { external_id: '0000', filepaths: [], commit: '' };

const LABELS = {
  external_id: null,
  state: 'finished',
  errors: [],
  requested_labels: [],
  base_commit: '',
  head_commit: '',
  result: { absent_labels: [], present_diff_labels: [], present_report_labels: [], global_level_labels: [] },
};
