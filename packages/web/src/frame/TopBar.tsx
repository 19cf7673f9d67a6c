import { Link } from '@tanstack/react-router';
import { FRAME } from '../messages/en/frame.ts';
import { useSession } from '../api/queries.ts';
import { Mark } from '../parts/Mark.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { Breadcrumb } from './Breadcrumb.tsx';
import { ThemeToggle } from './ThemeToggle.tsx';
import styles from './TopBar.module.css';

/** Mark, where one is, search, theme, account (web-ui §2). */
export function TopBar() {
  const { person } = useSession();
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.home} aria-label={FRAME.home}>
        <Mark />
      </Link>
      <Breadcrumb />
      <div className={styles.end}>
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
