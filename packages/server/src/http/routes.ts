import type { App } from '../app.ts';
import { apiRoutes } from './api/routes.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { pageRoutes } from './pages.ts';
import type { RoutePlugin } from './server.ts';
import { uiRoutes } from './ui/routes.ts';
import { uploadProtocolRoutes } from './upload/routes.ts';

/** Every group of routes, one file each. A new group is a new file and a new line. */
export const ROUTES: readonly RoutePlugin<App>[] = [
  healthRoutes,
  uploadProtocolRoutes,
  apiRoutes,
  eventRoutes,
  uiRoutes,
  pageRoutes,
];
