import type { Coverage } from '@thatch/server/http/ui/contract/shared.ts';
import { SHARED } from '../messages/en/shared.ts';
import styles from './Percent.module.css';

/**
 * A percentage as a verdict number: `94.10 %` with the sign in quiet ink, and `hits / lines` as its tooltip (web-ui §4.7). Null = there is
 * no report, which is not the same as a report without lines.
 */
export function Percent({ of }: { readonly of: Pick<Coverage, 'coverage' | 'hits' | 'lines'> | null }) {
  if (of === null || of.coverage === null) {
    const why = of === null ? SHARED.noReport : SHARED.noLines;
    return (
      <span className={styles.none} title={why}>
        –<span className="visually-hidden"> {why}</span>
      </span>
    );
  }
  return (
    <span className={styles.percent} title={SHARED.ratio(of.hits, of.lines)}>
      {of.coverage}
      <span className={styles.sign}>{'\u2009%'}</span>
    </span>
  );
}
