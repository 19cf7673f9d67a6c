import { redirect } from '@tanstack/react-router';
import { localPath } from '../../addresses/local-path.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { queryClient, sessionQuery } from '../../api/queries.ts';

/** Who is signed in has nothing to do at the sign-in page; and where nobody has an account the first run comes first. */
export async function leadOn({ search }: { readonly search: { readonly to?: unknown } }): Promise<void> {
  const { person, setup } = await queryClient.ensureQueryData(sessionQuery);
  if (setup === 'account') throw redirect({ to: '/setup', replace: true });
  if (person !== null) throw redirect({ href: localPath(search.to) ?? `${PREFIX}/`, replace: true });
}
