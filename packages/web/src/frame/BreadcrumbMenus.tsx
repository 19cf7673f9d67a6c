import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RepositoriesAnswer } from '@thatch/server/http/ui/contract/repositories.ts';
import { read } from '../api/client.ts';
import { ownersQuery } from '../api/queries.ts';
import { FRAME } from '../messages/en/frame.ts';
import { SHARED } from '../messages/en/shared.ts';
import { MenuItem, MenuLink, MenuSeparator } from '../parts/Menu.tsx';
import { openPalette } from '../palette/open.ts';
import styles from './Breadcrumb.module.css';

/** More are found by the palette. */
const MOST = 12;

/** The organisations, read when the menu is opened. */
export function OrganisationItems() {
  const { data } = useQuery(ownersQuery);
  return (
    <>
      {data === undefined && <p className={styles.wait}>{SHARED.loading}</p>}
      {data?.owners.slice(0, MOST).map(({ service, name }) => (
        <MenuLink key={`${service}/${name}`}>
          <Link to="/$svc/$owner" params={{ svc: service, owner: name }}>
            {name.replaceAll(':', ' / ')} <span className={styles.quiet}>{service}</span>
          </Link>
        </MenuLink>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => openPalette()}>{FRAME.search}</MenuItem>
    </>
  );
}

/** The repositories of an owner that reported last. */
export function RepositoryItems({ svc, owner }: { readonly svc: string; readonly owner: string }) {
  const { data } = useQuery(latestQuery(svc, owner));
  return (
    <>
      {data === undefined && <p className={styles.wait}>{SHARED.loading}</p>}
      {data?.repositories.map(({ name }) => (
        <MenuLink key={name}>
          <Link to="/$svc/$owner/$repo" params={{ svc, owner, repo: name }}>
            {name}
          </Link>
        </MenuLink>
      ))}
      <MenuSeparator />
      <MenuLink>
        <Link to="/$svc/$owner" params={{ svc, owner }}>
          {FRAME.allRepositories}
        </Link>
      </MenuLink>
    </>
  );
}

function latestQuery(svc: string, owner: string) {
  const path = `/owners/${encodeURIComponent(svc)}/${encodeURIComponent(owner)}/repositories`;
  return queryOptions({
    queryKey: ['owners', svc, owner, 'repositories', 'latest'],
    queryFn: ({ signal }) => read<RepositoriesAnswer>(path, { limit: MOST }, signal),
  });
}
