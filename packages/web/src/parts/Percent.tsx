import type { Coverage } from '@thatch/server/http/ui/contract/shared.ts';
import { SHARED } from '../messages/en/shared.ts';
import styles from './Percent.module.css';

/** A percentage as a verdict number: `94.10 %` with the sign in quiet ink, and `hits / lines` as its tooltip (web-ui §4.7). */
export function Percent({ of }: { readonly of: Pick<Coverage, 'coverage' | 'hits' | 'lines'> | null }) {
  if (of === null || of.coverage === null) {
    return (
      <span className={styles.none} title={SHARED.noLines}>
        –<span className="visually-hidden"> {SHARED.noLines}</span>
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
