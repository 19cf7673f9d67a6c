import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { VIEWER } from '../messages/en/viewer.ts';
import type { CodeLines } from './code-lines.ts';
import styles from './CodeViewer.module.css';

/** On paper everything stands at once, so there is an end to it (web-ui §4.1). */
const MOST_PRINTED = 5000;

/** The file for the printer, which sees nothing of rows that come with scrolling; in the document only while it prints. */
export function PrintLines({
  lines,
  text,
  numbers,
}: {
  readonly lines: CodeLines;
  readonly text: readonly string[] | null;
  /** Line numbers of the rows. */
  readonly numbers: { readonly length: number; readonly at: (row: number) => number };
}) {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => flushSync(() => setPrinting(true));
    const end = (): void => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  if (!isPrinting) return null;
  const shown = Math.min(numbers.length, MOST_PRINTED);
  return (
    <div className={styles.print}>
      {Array.from({ length: shown }, (_, row) => {
        const line = numbers.at(row);
        const letter = lines.classOf(line);
        return (
          <div key={line} className={styles.row} data-class={letter ?? undefined}>
            <span className={styles.gutter}>
              <span className={styles.value}>
                <span className={styles.hits}>{letter === null ? '' : VIEWER.value(lines.valueOf(line))}</span>
                <span className={styles.mark} />
              </span>
              <span className={styles.numberCell}>
                <span className={styles.number}>{line}</span>
              </span>
            </span>
            <span className={styles.code}>{text?.[line - 1] ?? ''}</span>
          </div>
        );
      })}
      {shown < numbers.length && <p>{VIEWER.printCut(shown, numbers.length)}</p>}
    </div>
  );
}
