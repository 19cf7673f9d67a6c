import { useLiveState } from '../api/live.ts';
import { FRAME } from '../messages/en/frame.ts';
import styles from './LiveDot.module.css';
import { useCut } from './use-cut.ts';

/** Whether changes appear by themselves; absent where a page shows nothing that changes. Full or hollow, so that it needs no colour. */
export function LiveDot() {
  const { kind } = useLiveState();
  const cut = useCut();
  if (kind === 'idle' && cut === null) return null;
  const isLive = cut === null && kind !== 'polling';
  return (
    <span
      className={isLive ? styles.live : styles.cut}
      role="img"
      aria-label={isLive ? FRAME.live : FRAME.notLive}
      title={isLive ? FRAME.live : FRAME.notLive}
    />
  );
}
