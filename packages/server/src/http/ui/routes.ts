import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { ListedReports } from '../../reports/listed-reports.ts';
import { OpenReports } from '../../reports/open-reports.ts';
import { makeThrottle } from '../api/throttle.ts';
import { ADDRESS_OPERATIONS } from './addresses.ts';
import { ADMINISTRATION_OPERATIONS } from './administration.ts';
import { NOT_THERE, sendFailure } from './answer.ts';
import { BRANCH_OPERATIONS } from './branches.ts';
import { COMMIT_OPERATIONS } from './commit.ts';
import { COMMITS_OPERATIONS } from './commits.ts';
import { CONNECT_OPERATIONS } from './connect.ts';
import { FILE_OPERATIONS } from './file/operations.ts';
import { FLAG_OPERATIONS } from './flags.ts';
import { JUMP_OPERATIONS } from './jump.ts';
import { MAP_OPERATIONS } from './map.ts';
import { mountUi, prepareUiScope } from './mount.ts';
import type { UiContext, UiOperation } from './operation.ts';
import { OVERVIEW_OPERATIONS } from './overview.ts';
import { OWNER_OPERATIONS } from './owners.ts';
import { PATH_OPERATIONS } from './paths.ts';
import { REPOSITORIES_OPERATIONS } from './repositories.ts';
import { SESSION_OPERATIONS } from './session.ts';
import { SETUP_OPERATIONS } from './setup.ts';
import { STRIP_OPERATIONS } from './strips.ts';
import { TOKEN_OPERATIONS } from './tokens.ts';
import { TREE_OPERATIONS } from './tree.ts';
import { TREND_OPERATIONS } from './trend.ts';
import { UPLOAD_OPERATIONS } from './uploads.ts';

/** Every address of the pages, a file for each group. A new group is a file and a line. */
const OPERATIONS: readonly UiOperation[] = [
  ...ADDRESS_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...SETUP_OPERATIONS,
  ...OWNER_OPERATIONS,
  ...REPOSITORIES_OPERATIONS,
  ...JUMP_OPERATIONS,
  ...OVERVIEW_OPERATIONS,
  ...TREND_OPERATIONS,
  ...TREE_OPERATIONS,
  ...MAP_OPERATIONS,
  ...STRIP_OPERATIONS,
  ...PATH_OPERATIONS,
  ...BRANCH_OPERATIONS,
  ...FLAG_OPERATIONS,
  ...COMMITS_OPERATIONS,
  ...COMMIT_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...FILE_OPERATIONS,
  ...CONNECT_OPERATIONS,
  ...TOKEN_OPERATIONS,
  ...ADMINISTRATION_OPERATIONS,
];

/** A page with a tree asks for strips and folders as it is scrolled: ten times what a program may. */
const PAGES_PER_API = 10;

/** `/api/ui`: what the pages read and change; private to them (web-ui §2). */
export async function uiRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  const context: UiContext = { app, reports: new OpenReports(app.objects), listed: new ListedReports() };
  fastify.addHook('onClose', async () => context.reports.close());
  prepareUiScope(fastify, () => app.pages.build);
  const throttle = makeThrottle(app.config.limits.apiRpm * PAGES_PER_API);
  for (const operation of OPERATIONS) mountUi(fastify, context, throttle, operation);
  fastify.all('/api/ui/*', async (request, reply) => sendFailure(reply, NOT_THERE, request.id));
}
