import { sparklinePath } from './sparkline-path.ts';
import styles from './Sparkline.module.css';

const WIDTH = 96;
const HEIGHT = 20;

/**
 * A line without axes, 96 × 20, with ticks at its least and greatest value (visual-design §7). `values` from old to new at equal
 * distances; null is a gap. `label` says it in words, as the picture is nothing to those who do not see it.
 */
export function Sparkline({ values, label }: { readonly values: readonly (number | null)[]; readonly label: string }) {
  const line = sparklinePath(values, { width: WIDTH, height: HEIGHT });
  if (line === null) return null;
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line className={styles.tick} x1={line.least.x} x2={line.least.x} y1={HEIGHT - 3} y2={HEIGHT} />
      <line className={styles.tick} x1={line.greatest.x} x2={line.greatest.x} y1={0} y2={3} />
      <path d={line.path} />
      <circle cx={line.last.x} cy={line.last.y} r={1.75} />
    </svg>
  );
}
