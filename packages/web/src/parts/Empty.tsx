import type { ReactNode } from 'react';
import styles from './Empty.module.css';

/** Says what would be here, and the one next step (web-ui §2 "empty"). */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}
