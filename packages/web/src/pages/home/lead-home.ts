import { redirect } from '@tanstack/react-router';
import { ownersQuery, queryClient, sessionQuery } from '../../api/queries.ts';
import { homeOrganisations } from '../../home-organisation.ts';

/**
 * Leads on from `/` (web-ui §1.2): to the first run while nobody has an account, to the sign-in page, to the organisation that was chosen or
 * visited last, as long as it can be seen, else to the first one. Stays only when there is none.
 */
export async function leadHome(): Promise<void> {
  const { person, setup } = await queryClient.ensureQueryData(sessionQuery);
  if (setup === 'account') throw redirect({ to: '/setup', replace: true });
  if (person === null) throw redirect({ to: '/login', replace: true });
  const { owners } = await queryClient.fetchQuery(ownersQuery);
  const visible = owners.map(({ service, name }) => ({ svc: service, owner: name }));
  const wanted = homeOrganisations().map((one) =>
    visible.find(({ svc, owner }) => svc === one.svc && owner.toLowerCase() === one.owner.toLowerCase()),
  );
  const params = wanted.find((found) => found !== undefined) ?? visible.at(0);
  if (params !== undefined) throw redirect({ to: '/$svc/$owner', params, replace: true });
  if (setup === 'upload' && person.is_operator) throw redirect({ to: '/setup', replace: true });
}
