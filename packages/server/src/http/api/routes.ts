import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import { OpenReports } from '../../reports/open-reports.ts';
import { BRANCH_OPERATIONS } from './branches.ts';
import { COMMIT_OPERATIONS } from './commits.ts';
import type { ApiContext } from './context.ts';
import { documentRoutes } from './documents.ts';
import { FILE_REPORT_OPERATIONS } from './file-report.ts';
import { mountOperation, mountUnknown, prepareApiScope } from './mount.ts';
import type { Operation } from './operation.ts';
import { OWNER_OPERATIONS } from './owners.ts';
import { REPORT_OPERATIONS } from './reports.ts';
import { REPOSITORY_OPERATIONS } from './repositories.ts';
import { REPOSITORY_CONFIG_OPERATIONS } from './repository-config.ts';
import { OWN_OPERATIONS } from './thatch.ts';
import { makeThrottle } from './throttle.ts';
import { TREE_OPERATIONS } from './tree.ts';
import { UPLOAD_OPERATIONS } from './uploads.ts';

/** Every operation of the REST API, a file for each group, in the order of public-api §2.1. A new group is a file and a line. */
export const OPERATIONS: readonly Operation[] = [
  ...OWNER_OPERATIONS,
  ...REPOSITORY_OPERATIONS,
  ...REPOSITORY_CONFIG_OPERATIONS,
  ...BRANCH_OPERATIONS,
  ...COMMIT_OPERATIONS,
  ...UPLOAD_OPERATIONS,
  ...REPORT_OPERATIONS,
  ...TREE_OPERATIONS,
  ...FILE_REPORT_OPERATIONS,
  ...OWN_OPERATIONS,
];

/** The REST API v2 and our own addresses beside it. */
export async function apiRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  const context: ApiContext = { app, reports: new OpenReports(app.objects) };
  fastify.addHook('onClose', async () => context.reports.close());
  prepareApiScope(fastify, context);
  const throttle = makeThrottle(app.config.limits.apiRpm);
  for (const operation of OPERATIONS) mountOperation(fastify, context, throttle, operation);
  documentRoutes(fastify, OPERATIONS);
  mountUnknown(fastify, '/api/v2/*');
  mountUnknown(fastify, '/api/thatch/v1/*');
}
