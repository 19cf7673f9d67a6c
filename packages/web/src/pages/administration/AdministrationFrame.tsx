import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Title } from '../../frame/Title.tsx';
import { ADMINISTRATION } from '../../messages/en/administration.ts';
import styles from './AdministrationFrame.module.css';

/** What every page of the administration has: its tabs, its heading. */
export function AdministrationFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <nav aria-label={ADMINISTRATION.tabs} className={styles.tabs}>
        <Link to="/admin/jobs" activeProps={CURRENT}>
          {ADMINISTRATION.jobs}
        </Link>
        <Link to="/admin/health" activeProps={CURRENT}>
          {ADMINISTRATION.health}
        </Link>
      </nav>
      <div className={`content ${styles.page}`}>
        <Title text={title} />
        <h1>{title}</h1>
        {children}
      </div>
    </>
  );
}

const CURRENT = { 'aria-current': 'page' } as const;
