import { z } from 'zod';
import { countOwners, listOwners } from '../../database/queries/owner-lists.ts';
import { findOwner } from '../../database/queries/owners.ts';
import { OWNER, OWNER_PAGE, presentOwner } from '../../presenters/owner.ts';
import { NOT_FOUND, type ApiAnswer } from './answer.ts';
import type { ServiceCall } from './context.ts';
import { serviceOperation, withoutSuffix, type Operation } from './operation.ts';
import { answerPage, PAGE_QUERY } from './paging.ts';

/** Owners (public-api §2.2). */
export const OWNER_OPERATIONS: readonly Operation[] = [
  serviceOperation(
    {
      id: 'ownersList',
      path: '/api/v2/{service}',
      summary: 'Owners the person belongs to; all of the service for an administrator.',
      query: z.object(PAGE_QUERY),
      answer: OWNER_PAGE,
      failures: [404],
      needsPerson: true,
    },
    async (call) => {
      const { principal, service, app } = call;
      const isLimited = principal.kind === 'user' && !principal.isAdmin;
      const of = { service, userId: isLimited ? principal.userId : null };
      return answerPage(call, {
        count: () => countOwners(app.database.kysely, of),
        items: async (slice) => (await listOwners(app.database.kysely, of, slice)).map(presentOwner),
      });
    },
  ),
  serviceOperation(
    {
      id: 'ownersRetrieve',
      path: '/api/v2/{service}/{owner}',
      summary: 'One owner.',
      query: z.object({}),
      answer: OWNER,
      failures: [404],
    },
    async (call): Promise<ApiAnswer> => {
      const owner = await ownerOfPath(call);
      return owner === null ? NOT_FOUND : { kind: 'json', value: presentOwner(owner) };
    },
  ),
];

/** The owner that a path names; null when there is none. */
export async function ownerOfPath({ app, service, parameter }: ServiceCall<unknown>) {
  const { kysely } = app.database;
  const owner = parameter('owner');
  return (await findOwner(kysely, { service, owner })) ?? findOwner(kysely, { service, owner: withoutSuffix(owner) });
}
