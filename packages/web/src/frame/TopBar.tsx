import { Link, useRouterState } from '@tanstack/react-router';
import { FRAME } from '../messages/en/frame.ts';
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
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.home} aria-label={FRAME.home} title={isBusy ? FRAME.processing : undefined}>
        <Mark isBusy={isBusy} />
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
  const isWorthReturning = !/^\/(?:$|log(?:in|out)\b)/.test(here.pathname);
  return (
    <Link to="/login" search={isWorthReturning ? { to: here.publicHref } : {}} className={styles.signIn}>
      {FRAME.signIn}
    </Link>
  );
}
