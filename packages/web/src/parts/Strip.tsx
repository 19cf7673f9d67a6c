import { TREE } from '../messages/en/tree.ts';
import { stripGaps, stripRuns } from './strip-runs.ts';
import styles from './Strip.module.css';

const CLASSES = { h: styles.hit, p: styles.part, m: styles.miss } as const;
/** Missed bins are full height, others lower, so that gaps show without colour. */
const TOPS = { h: 4, p: 2, m: 0 } as const;
const HEIGHT = 12;
const WIDTH = 2;

/** A file seen from above: 48 bins in file order, each with the worst class in it (visual-design §6). */
export function Strip({ of }: { readonly of: string }) {
  const gaps = stripGaps(of).map(([from, to]) => TREE.stripPart(from, to));
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${of.length * WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={gaps.length === 0 ? TREE.stripNone : TREE.strip(gaps.join(', '))}
    >
      {stripRuns(of).map(({ kind, start, length }) => (
        <rect
          key={start}
          className={CLASSES[kind]}
          x={start * WIDTH}
          y={TOPS[kind]}
          width={length * WIDTH}
          height={HEIGHT - TOPS[kind]}
        />
      ))}
    </svg>
  );
}
