import type { Counts } from '@thatch/server/http/ui/contract/shared.ts';
import { SHARED } from '../messages/en/shared.ts';
import styles from './CoverageBar.module.css';

/**
 * Covered, partial and missed lines as three segments over the width. Each that is not zero is at least 2 px wide, so that one missed line
 * is always visible; pattern tells them apart without colour (visual-design §2, §6).
 */
export function CoverageBar({ of, isHead = false }: { readonly of: Counts; readonly isHead?: boolean }) {
  const { hits, partials, misses } = of;
  return (
    <span
      className={isHead ? `${styles.bar} ${styles.head}` : styles.bar}
      role="img"
      aria-label={SHARED.bar(hits, partials, misses)}
    >
      {hits > 0 && <span className={styles.hit} style={{ flexGrow: hits }} />}
      {partials > 0 && <span className={styles.part} style={{ flexGrow: partials }} />}
      {misses > 0 && <span className={styles.miss} style={{ flexGrow: misses }} />}
    </span>
  );
}
