import type { Change } from '@thatch/server/http/ui/contract/shared.ts';
import { SHARED } from '../messages/en/shared.ts';
import styles from './Delta.module.css';

const ARROWS = { up: '▲', down: '▼', equal: '' } as const;

/** A change in percentage points, by sign, arrow and colour; a slight fall stays quiet (visual-design §6). */
export function Delta({ change }: { readonly change: Change | null }) {
  if (change === null) return null;
  const { text, direction, isSlight } = change;
  const tone = direction === 'equal' || (direction === 'down' && isSlight) ? styles.quiet : styles[direction];
  return (
    <span className={`${styles.delta} ${tone}`}>
      {ARROWS[direction] !== '' && <span aria-hidden="true">{ARROWS[direction]} </span>}
      {direction === 'equal' ? text : SHARED.points(text)}
    </span>
  );
}
