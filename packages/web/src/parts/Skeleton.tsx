import { useEffect, useState } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import styles from './Skeleton.module.css';

/** Quick answers show no skeleton at all (web-ui §2 "loading"). */
const QUIET_MS = 150;

/** Bars of the height that the content will have; invisible for the first moment, but the room is taken at once. */
export function Skeleton({ rows = 1, height = 'var(--row)' }: { readonly rows?: number; readonly height?: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={isShown ? styles.shown : styles.quiet} role="status" aria-busy="true">
      <span className="visually-hidden">{SHARED.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.row} style={{ blockSize: height }}>
          <span />
        </div>
      ))}
    </div>
  );
}
