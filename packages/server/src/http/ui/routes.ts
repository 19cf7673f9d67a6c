import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { OpenReports } from '../../reports/open-reports.ts';
import type { ApiContext } from '../api/context.ts';
import { makeThrottle } from '../api/throttle.ts';
import { NOT_THERE, sendFailure } from './answer.ts';
import { COMMITS_OPERATIONS } from './commits.ts';
import { mountUi, prepareUiScope } from './mount.ts';
import type { UiOperation } from './operation.ts';
import { OWNER_OPERATIONS } from './owners.ts';
import { SESSION_OPERATIONS } from './session.ts';

/** Every address of the pages, a file for each group. A new group is a file and a line. */
const OPERATIONS: readonly UiOperation[] = [...SESSION_OPERATIONS, ...OWNER_OPERATIONS, ...COMMITS_OPERATIONS];

/** A page with a tree asks for strips and folders as it is scrolled: ten times what a program may. */
const PAGES_PER_API = 10;

/** `/api/ui`: what the pages read and change; private to them (web-ui §2). */
export async function uiRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  const context: ApiContext = { app, reports: new OpenReports(app.objects) };
  fastify.addHook('onClose', async () => context.reports.close());
  prepareUiScope(fastify, () => app.pages.build);
  const throttle = makeThrottle(app.config.limits.apiRpm * PAGES_PER_API);
  for (const operation of OPERATIONS) mountUi(fastify, context, throttle, operation);
  fastify.all('/api/ui/*', async (request, reply) => sendFailure(reply, NOT_THERE, request.id));
}
