import { Link } from '@tanstack/react-router';
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
  const { person } = useSession();
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
        {person === null ? (
          <Link to="/login" className={styles.signIn}>
            {FRAME.signIn}
          </Link>
        ) : (
          <AccountMenu person={person} />
        )}
      </div>
    </header>
  );
}
