import { memo, type ReactNode } from 'react';
import type { LineClassLetter } from '@thatch/server/http/ui/contract/file.ts';
import { VIEWER } from '../messages/en/viewer.ts';
import { LONGEST_SHOWN, nameOfControl, piecesOf, type Piece, type Token } from './pieces.ts';
import styles from './CodeViewer.module.css';

export interface CodeRowProps {
  readonly row: number;
  readonly line: number;
  readonly letter: LineClassLetter | null;
  readonly value: number | string | true | null;
  /** Null: the text is not known; the class is written in its place. */
  readonly code: string | null;
  readonly tokens: readonly Token[];
  readonly matches: readonly (readonly [number, number])[] | undefined;
  /** The match that the search stands on, by its first column. */
  readonly foundAt: number | null;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  /** Opened below the line. */
  readonly children?: ReactNode;
}

/** One line: hits, mark, number, code (visual-design §6). What is pressed is told by `data-part`; the viewer listens once for all rows. */
export const CodeRow = memo(function CodeRow(props: CodeRowProps) {
  const { row, line, letter, value, code, isSelected, isCurrent, children } = props;
  return (
    <div
      role="row"
      id={`line-${line}`}
      aria-rowindex={row + 1}
      aria-selected={isSelected}
      data-line={line}
      data-class={letter ?? undefined}
      data-current={isCurrent || undefined}
      className={styles.row}
    >
      <span role="presentation" className={styles.gutter}>
        <span role="gridcell" className={styles.value} data-part="hits">
          <span className={styles.spoken}>{VIEWER.row(line, letter, value)}</span>
          <span className={styles.hits} aria-hidden="true">
            {letter === null ? '' : VIEWER.value(value)}
          </span>
          <span className={styles.mark} />
        </span>
        <span role="gridcell" className={styles.numberCell}>
          <a className={styles.number} href={`#L${line}`} tabIndex={-1} data-part="number">
            {line}
          </a>
        </span>
      </span>
      <span role="gridcell" className={styles.code}>
        {code === null ? <i>{letter === null ? '' : VIEWER.className(letter)}</i> : <Code {...props} code={code} />}
      </span>
      {children}
    </div>
  );
});

function Code({ code, tokens, matches, foundAt }: CodeRowProps & { readonly code: string }) {
  return (
    <>
      {piecesOf(code, tokens, matches).map((piece) => (
        <Stretch key={piece.start} piece={piece} isFound={piece.start === foundAt} />
      ))}
      {code.length > LONGEST_SHOWN && <i>{VIEWER.longLine(code.length - LONGEST_SHOWN)}</i>}
    </>
  );
}

function Stretch({
  piece: { text, kind, hidden, isMatch },
  isFound,
}: {
  readonly piece: Piece;
  readonly isFound: boolean;
}) {
  // Only its name: the character itself would turn round what stands beside it.
  if (hidden === 'control') return <span className={styles.control} data-name={nameOfControl(text)} />;
  const names = [
    kind === '' ? '' : styles[kind],
    hidden === 'trail' ? styles.trail : '',
    isMatch ? styles.match : '',
    isMatch && isFound ? styles.found : '',
  ].filter((name) => name !== '');
  return names.length === 0 ? text : <span className={names.join(' ')}>{text}</span>;
}
