import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './SortHead.module.css';

/** The head of a column that sorts: a button in it, the arrow only where it sorts now, on others when they are pointed at. */
export function SortHead({
  direction,
  onPress,
  className,
  isNumber = false,
  children,
}: {
  /** Null = the table is sorted by another column. */
  readonly direction: 'ASC' | 'DESC' | null;
  readonly onPress: () => void;
  readonly className?: string;
  /** Its column stands at the right: the arrow goes before the word, so that word and numbers end together. */
  readonly isNumber?: boolean;
  readonly children: ReactNode;
}) {
  const Arrow = direction === 'ASC' ? ArrowUp : ArrowDown;
  const sorted = direction === 'ASC' ? 'ascending' : 'descending';
  return (
    <th scope="col" className={className} aria-sort={direction === null ? undefined : sorted}>
      <button
        type="button"
        className={`${styles.head} ${direction === null ? '' : styles.sorts} ${isNumber ? styles.number : ''}`}
        onClick={onPress}
      >
        {children}
        <Arrow size={12} strokeWidth={2} aria-hidden="true" />
      </button>
    </th>
  );
}
