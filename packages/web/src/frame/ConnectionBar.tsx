import { FRAME } from '../messages/en/frame.ts';
import { Banner } from '../parts/Banner.tsx';
import styles from './Frame.module.css';
import { useCut } from './use-cut.ts';

/** Says since when what is shown may be old; the page stays readable (web-ui §2). The region is always there, so that it is announced. */
export function ConnectionBar() {
  const cut = useCut();
  return (
    <div role="status" className={styles.connection}>
      {cut !== null && (
        <Banner kind={cut.kind === 'away' ? 'part' : 'info'}>
          {cut.kind === 'away' ? FRAME.notConnected(cut.since) : FRAME.asking(cut.since)}
        </Banner>
      )}
    </div>
  );
}
