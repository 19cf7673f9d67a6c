import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import { VIEWER } from '../messages/en/viewer.ts';
import { Button } from '../parts/Button.tsx';
import { MOST_MATCHES } from './find.ts';
import styles from './CodeViewer.module.css';

/** The search in the code: the browser's own sees only the rows that are in the document. */
export function FindBar({
  wanted,
  onWanted,
  position,
  matches,
  onStep,
  onClose,
}: {
  readonly wanted: string;
  readonly onWanted: (wanted: string) => void;
  readonly position: number;
  readonly matches: number;
  readonly onStep: (step: 1 | -1) => void;
  readonly onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <form
      role="search"
      className={styles.find}
      onSubmit={(event) => {
        event.preventDefault();
        onStep(1);
      }}
    >
      <input
        ref={input}
        type="search"
        autoFocus
        aria-label={VIEWER.find}
        placeholder={VIEWER.find}
        value={wanted}
        onChange={(event) => onWanted(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          else if (event.key === 'Enter' && event.shiftKey) onStep(-1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output aria-live="polite" className="numbers">
        {describe(wanted, position, matches)}
      </output>
      <Button kind="quiet" aria-label={VIEWER.findPrevious} title={VIEWER.findPrevious} onClick={() => onStep(-1)}>
        <ChevronUp size={16} strokeWidth={1.75} />
      </Button>
      <Button kind="quiet" aria-label={VIEWER.findNext} title={VIEWER.findNext} onClick={() => onStep(1)}>
        <ChevronDown size={16} strokeWidth={1.75} />
      </Button>
      <Button kind="quiet" aria-label={VIEWER.findClose} title={SHARED.close} onClick={onClose}>
        <X size={16} strokeWidth={1.75} />
      </Button>
    </form>
  );
}

function describe(wanted: string, position: number, matches: number): string {
  if (wanted === '') return '';
  if (matches === 0) return VIEWER.noMatch;
  return matches === MOST_MATCHES ? VIEWER.manyMatches(MOST_MATCHES) : VIEWER.position(position, matches);
}
