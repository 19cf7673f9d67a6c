import type { ReactNode } from 'react';
import { StateIcon, type StateKind } from './StateIcon.tsx';
import styles from './StatusBadge.module.css';

/** A state as icon and word, with a border of its colour; dotted where something is not settled: *stale*, *so far* (visual-design §6). */
export function StatusBadge({
  kind,
  isDotted = false,
  children,
}: {
  /** Null = a word alone. */
  readonly kind: StateKind | null;
  readonly isDotted?: boolean;
  readonly children: ReactNode;
}) {
  const classes = [styles.badge, styles[kind ?? 'neutral'], isDotted ? styles.dotted : ''];
  return (
    <span className={classes.join(' ')}>
      {kind !== null && <StateIcon kind={kind} />}
      {children}
    </span>
  );
}
