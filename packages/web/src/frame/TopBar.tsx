import { Link, useParams, useRouterState } from '@tanstack/react-router';
import { FRAME } from '../messages/en/frame.ts';
import { SHARED } from '../messages/en/shared.ts';
import { useSession } from '../api/queries.ts';
import { Mark } from '../parts/Mark.tsx';
import { SearchField } from '../palette/SearchField.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { Breadcrumb } from './Breadcrumb.tsx';
import { useIsBusy } from './busy.ts';
import { LiveDot } from './LiveDot.tsx';
import { ThemeToggle } from './ThemeToggle.tsx';
import styles from './TopBar.module.css';

/** Mark, where one is, search, theme, account (web-ui §2). */
export function TopBar() {
  const { person, setup } = useSession();
  const isBusy = useIsBusy();
  // Where no breadcrumb says where one is, the name of the product does.
  const isNamed = useParams({ strict: false }).svc === undefined;
  return (
    <header className={styles.bar}>
      <Link
        to="/"
        className={styles.home}
        aria-label={isNamed ? FRAME.productHome : FRAME.home}
        title={isBusy ? FRAME.processing : undefined}
      >
        <Mark isBusy={isBusy} />
        {isNamed && <span className={styles.word}>{SHARED.product}</span>}
      </Link>
      <Breadcrumb />
      <div className={styles.end}>
        <LiveDot />
        <SearchField />
        <ThemeToggle />
        {person === null ? <Entrance isFirstRun={setup === 'account'} /> : <AccountMenu person={person} />}
      </div>
    </header>
  );
}

/** The way in for who is not signed in; signing in leads back to where they are. */
function Entrance({ isFirstRun }: { readonly isFirstRun: boolean }) {
  const here = useRouterState({ select: ({ location }) => location });
  if (isFirstRun) {
    return (
      <Link to="/setup" className={styles.signIn}>
        {FRAME.setUp}
      </Link>
    );
  }
  if (/^\/login\b/.test(here.pathname)) return null;
  const isWorthReturning = !/^\/(?:$|logout\b)/.test(here.pathname);
  return (
    <Link to="/login" search={isWorthReturning ? { to: here.publicHref } : {}} className={styles.signIn}>
      {FRAME.signIn}
    </Link>
  );
}
