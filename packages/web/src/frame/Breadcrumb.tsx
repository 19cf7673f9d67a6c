import { Link, useParams } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { FRAME } from '../messages/en/frame.ts';
import { Menu } from '../parts/Menu.tsx';
import styles from './Breadcrumb.module.css';
import { OrganisationItems, RepositoryItems } from './BreadcrumbMenus.tsx';

/** `svc / owner / repo`, with menus to go to a neighbour; on phones only the last part. */
export function Breadcrumb() {
  const { svc, owner, repo } = useParams({ strict: false });
  if (svc === undefined) return null;
  return (
    <nav aria-label={FRAME.breadcrumb} className={styles.crumbs}>
      <ol>
        <li>
          <Link to="/$svc" params={{ svc }}>
            {svc}
          </Link>
        </li>
        {owner !== undefined && (
          <li>
            <Link to="/$svc/$owner" params={{ svc, owner }} className={repo === undefined ? styles.last : undefined}>
              {owner.replaceAll(':', ' / ')}
            </Link>
            <Menu label={FRAME.switchOrganisation} trigger={SWITCH} align="start">
              <OrganisationItems />
            </Menu>
          </li>
        )}
        {owner !== undefined && repo !== undefined && (
          <li>
            <Link to="/$svc/$owner/$repo" params={{ svc, owner, repo }} className={styles.last}>
              {repo}
            </Link>
            <Menu label={FRAME.switchRepository} trigger={SWITCH} align="start">
              <RepositoryItems svc={svc} owner={owner} />
            </Menu>
          </li>
        )}
      </ol>
    </nav>
  );
}

const SWITCH = <ChevronsUpDown size={16} strokeWidth={1.75} aria-hidden="true" />;
