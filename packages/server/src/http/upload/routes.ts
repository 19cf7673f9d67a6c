import type { FastifyInstance } from 'fastify';
import type { App } from '../../app.ts';
import type { RoutePlugin } from '../server.ts';
import { bundleRoutes } from './bundles.ts';
import { commitRoutes } from './commits.ts';
import { coverageRoutes } from './coverage.ts';
import { deprecatedRoutes } from './deprecated.ts';
import { downloadRoutes } from './download.ts';
import { emptyUploadRoutes } from './empty-upload.ts';
import { legacyRoutes } from './legacy.ts';
import { metaRoutes } from './meta.ts';
import { pullRoutes } from './pulls.ts';
import { reportRoutes } from './reports.ts';
import { resultRoutes } from './results.ts';
import { addUnknown, prepareUploadScope } from './scope.ts';
import { statusRoutes } from './status.ts';
import { storageRoutes } from './storage.ts';
import { testResultRoutes } from './test-results.ts';
import { transplantRoutes } from './transplant.ts';
import { uploadCompleteRoutes } from './upload-complete.ts';
import { uploadRoutes } from './uploads.ts';

/** Every group of addresses of the upload protocol, one file each, in the order of upload-protocol §1.3. */
const GROUPS: readonly RoutePlugin<App>[] = [
  commitRoutes,
  reportRoutes,
  uploadRoutes,
  emptyUploadRoutes,
  uploadCompleteRoutes,
  resultRoutes,
  transplantRoutes,
  testResultRoutes,
  bundleRoutes,
  pullRoutes,
  downloadRoutes,
  deprecatedRoutes,
  legacyRoutes,
  coverageRoutes,
  statusRoutes,
  metaRoutes,
  storageRoutes,
];

/** The addresses that uploaders call: codecov's, in every generation, and our own. */
export async function uploadProtocolRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  prepareUploadScope(fastify, app);
  for (const routes of GROUPS) await routes(fastify, app);
  addUnknown(fastify, '/upload/*');
}
