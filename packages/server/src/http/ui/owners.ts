import { listVisibleOwners } from '../../database/queries/owner-overview.ts';
import { visibilityOf } from '../../auth/repository-access.ts';
import { shortService, type Service } from '../../names.ts';
import { answer } from './answer.ts';
import type { OwnersAnswer } from './contract/owners.ts';
import { presentCoverageOf } from './numbers.ts';
import { openOperation, type UiOperation } from './operation.ts';

/** The organisations that somebody can see (web-ui §1.2 `/:svc`). */
export const OWNER_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/owners' }, async ({ app, principal }) => {
    const options = { database: app.database.kysely, guestAccess: app.config.setup.guestAccess };
    const owners = await listVisibleOwners(app.database.kysely, await visibilityOf(options, principal));
    return answer<OwnersAnswer>({
      owners: owners.map(({ service, name, repositories, reporting, lines, hits, partials, misses }) => ({
        service: shortService(service as Service),
        name,
        repositories,
        reporting,
        coverage: presentCoverageOf({ lines, hits, partials, misses }),
      })),
    });
  }),
];
