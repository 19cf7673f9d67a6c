import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './Banner.module.css';

const ICONS = { info: Info, part: TriangleAlert, danger: CircleAlert } as const;

/** One sentence about the whole page, with at most one action. */
export function Banner({
  kind,
  action,
  children,
}: {
  readonly kind: 'info' | 'part' | 'danger';
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const Icon = ICONS[kind];
  return (
    <div className={`${styles.banner} ${styles[kind]}`}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  );
}
