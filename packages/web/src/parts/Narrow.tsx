import type { ReactNode } from 'react';
import styles from './Narrow.module.css';

/** A page that is one short column: signing in and out. */
export function Narrow({ children }: { readonly children: ReactNode }) {
  return <div className={styles.narrow}>{children}</div>;
}
