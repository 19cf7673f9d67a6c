import { useDeferredValue, useMemo, useState } from 'react';
import { findMatches, matchesByLine, type Match } from './find.ts';

/** The search in the code. */
export interface Find {
  readonly isOpen: boolean;
  readonly wanted: string;
  readonly position: number;
  readonly matches: readonly Match[];
  readonly byLine: ReadonlyMap<number, readonly (readonly [number, number])[]>;
  /** The match that it stands on. */
  readonly current: Match | null;
  readonly open: () => void;
  readonly close: () => void;
  readonly want: (wanted: string) => void;
  /** Goes on by one, round the ends; gives where. */
  readonly step: (step: 1 | -1) => Match | null;
}

const NOTHING: readonly string[] = [];

export function useFind(text: readonly string[] | null): Find {
  const [isOpen, setOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const [position, setPosition] = useState(0);
  // Typing goes on while a large file is searched.
  const searched = useDeferredValue(isOpen ? wanted : '');
  const matches = useMemo(() => findMatches(text ?? NOTHING, searched), [text, searched]);
  const byLine = useMemo(() => matchesByLine(matches), [matches]);
  return {
    isOpen,
    wanted,
    position,
    matches,
    byLine,
    current: matches[position] ?? null,
    open: () => setOpen(true),
    close: () => setOpen(false),
    want: (next) => {
      setWanted(next);
      setPosition(0);
    },
    step: (step) => {
      if (matches.length === 0) return null;
      const next = (position + step + matches.length) % matches.length;
      setPosition(next);
      return matches[next];
    },
  };
}
