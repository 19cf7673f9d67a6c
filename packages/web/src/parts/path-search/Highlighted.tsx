import type { ReactNode } from 'react';
import type { PathHit } from './path-index.ts';
import styles from './Highlighted.module.css';

/** A text with what matched in it outlined. */
export function Highlighted({ text, matches }: { readonly text: string; readonly matches: PathHit['matches'] }) {
  const pieces: ReactNode[] = [];
  let written = 0;
  for (const [start, end] of matches) {
    pieces.push(
      text.slice(written, start),
      <mark key={start} className={styles.match}>
        {text.slice(start, end)}
      </mark>,
    );
    written = end;
  }
  return (
    <>
      {pieces}
      {text.slice(written)}
    </>
  );
}
