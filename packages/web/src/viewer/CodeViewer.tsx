import {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useShortcuts } from '../keyboard/shortcuts.ts';
import { VIEWER } from '../messages/en/viewer.ts';
import { announce } from '../parts/announce.ts';
import { blockAfter, blockAt, blockBefore, type CodeLines } from './code-lines.ts';
import { CodeRow } from './CodeRow.tsx';
import styles from './CodeViewer.module.css';
import { FindBar } from './FindBar.tsx';
import { rangeOf, writeRange, type LineRange } from './line-range.ts';
import { Minimap } from './Minimap.tsx';
import { LONGEST_SHOWN } from './pieces.ts';
import { PrintLines } from './PrintLines.tsx';
import { RangeBar, type RangeTexts } from './RangeBar.tsx';
import { rowsOf, widestColumns } from './rows.ts';
import { useFindKey } from './use-find-key.ts';
import { useFind } from './use-find.ts';
import { useFits } from './use-fits.ts';
import { useHover } from './use-hover.ts';
import { useLayout, useRowHeight } from './use-layout.ts';
import { useScrollMemory } from './use-scroll-memory.ts';
import { useSyntax } from './use-syntax.ts';
import { useWindow } from './use-window.ts';

/** What a page's own controls can do with the code below them. */
export interface ViewerTools {
  /** How many blocks are uncovered. */
  readonly blocks: number;
  /** Index of the one that the current line is in. */
  readonly position: number | null;
  /** To the next (1) or previous (−1) uncovered block. */
  readonly step: (direction: 1 | -1) => void;
  readonly find: () => void;
}

export interface CodeViewerProps {
  readonly path: string;
  readonly lines: CodeLines;
  /** Lines of the text, and the text they were taken from; null: only numbers are known. */
  readonly text: readonly string[] | null;
  readonly source: string | null;
  readonly range: LineRange | null;
  readonly onRange: (range: LineRange | null) => void;
  readonly textsOf: (range: LineRange) => RangeTexts;
  /** What is opened below a line: `isPinned` by a press, else by pointing at it. */
  readonly renderPanel: (line: number, isPinned: boolean) => ReactNode;
  readonly wraps: boolean;
  /** What stands above the code. */
  readonly children: (tools: ViewerTools) => ReactNode;
}

interface OpenPanel {
  readonly line: number;
  readonly isPinned: boolean;
  /** The focus goes into it: it was opened by a key. */
  readonly takesFocus: boolean;
}

/**
 * Code with its coverage (web-ui §4.1): only the visible rows and a few beside them are in the document, colours come from a worker, and
 * all of it can be reached by keys. Lines are numbered from 1.
 */
export function CodeViewer(props: CodeViewerProps) {
  const { path, lines, text, source, range, onRange, wraps } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rowBox = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const hint = useId();
  const [current, setCurrent] = useState<number | null>(null);
  const [open, setOpen] = useState<OpenPanel | null>(null);
  const [panelHeight, setPanelHeight] = useState(0);
  const lineCount = text === null ? null : text.length;
  const rows = useMemo(() => rowsOf(lines, lineCount), [lines, lineCount]);
  const columns = useMemo(() => (text === null ? 0 : widestColumns(text, LONGEST_SHOWN)), [text]);
  const height = useRowHeight(probe);
  const gap = open?.isPinned === true ? { row: rows.rowOf(open.line), height: panelHeight } : null;
  const { layout, measure } = useLayout(rows.length, { height, wraps, gap });
  const shown = useWindow(scroller, layout, rows.length);
  const syntax = useSyntax(path, source, lineCount ?? 0, shown);
  const find = useFind(text);
  const hover = useHover(lines, open, setOpen);
  const fits = useFits(scroller);
  useScrollMemory(scroller, range === null);
  useLayoutEffect(() => {
    if (scroller.current !== null && rowBox.current !== null) measure(scroller.current, rowBox.current, shown.first);
  });

  const scrollTo = (line: number, place: 'third' | 'middle' | 'near'): void => {
    const box = scroller.current;
    if (box === null) return;
    const top = layout.topOf(rows.rowOf(line));
    if (place !== 'near') box.scrollTop = top - box.clientHeight / (place === 'third' ? 3 : 2);
    else if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
  };
  const goTo = (line: number, place: 'third' | 'near'): void => {
    setCurrent(line);
    scrollTo(line, place);
  };

  // Of an address that was opened, or gone back to; not of a line that was pressed here.
  const ownRange = useRef('');
  const rangeKey = keyOf(range);
  useEffect(() => {
    if (range === null || rangeKey === ownRange.current) return;
    const box = scroller.current;
    const isTall = box !== null && (range.to - range.from) * height > box.clientHeight;
    scrollTo(isTall ? range.from : Math.floor((range.from + range.to) / 2), isTall ? 'third' : 'middle');
    setCurrent(range.from);
    announce(VIEWER.selected(range.from, range.to));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only another range or row height is a reason to move
  }, [rangeKey, height]);
  const select = (next: LineRange | null): void => {
    ownRange.current = keyOf(next);
    onRange(next);
    if (next !== null) announce(VIEWER.selected(next.from, next.to));
  };

  const step = (direction: 1 | -1): void => {
    const { blocks } = lines;
    if (blocks.length === 0) return announce(VIEWER.noBlock);
    const from = current ?? range?.from ?? (direction === 1 ? 0 : Infinity);
    const inside = blockAt(blocks, from);
    const next =
      direction === 1
        ? blockAfter(blocks, inside === null ? from : blocks[inside].to)
        : blockBefore(blocks, inside === null ? from : blocks[inside].from);
    if (next === null)
      return announce(direction === 1 ? VIEWER.lastBlock(blocks.length) : VIEWER.firstBlock(blocks.length));
    goTo(blocks[next].from, 'third');
    announce(VIEWER.block(blocks[next].from, blocks[next].to, next, blocks.length));
  };
  const toggle = (line: number, takesFocus: boolean): void => {
    if (lines.classOf(line) === null) return;
    setPanelHeight(0);
    setOpen(open?.line === line && open.isPinned ? null : { line, isPinned: true, takesFocus });
  };
  const close = (): void => {
    setOpen(null);
    scroller.current?.focus({ preventScroll: true });
  };
  const move = (by: 1 | -1, isExtending: boolean): void => {
    const firstSeen = layout.rowAt(scroller.current?.scrollTop ?? 0);
    const row = current === null ? firstSeen : rows.rowOf(current) + by;
    if (row < 0 || row >= rows.length) return;
    const line = rows.at(row);
    if (isExtending) select(rangeOf(anchorOf(range, current ?? line), line));
    goTo(line, 'near');
  };
  const goToMatch = (direction: 1 | -1): void => {
    const match = find.step(direction);
    if (match !== null) goTo(match.index + 1, 'third');
  };
  // So that Enter, arrows and Escape go on from there.
  const inCode = (act: () => void) => (): void => {
    scroller.current?.focus({ preventScroll: true });
    act();
  };
  useFindKey(text === null ? null : find.open);
  useShortcuts([
    { keys: 'n', label: VIEWER.nextBlock, run: inCode(() => step(1)) },
    { keys: 'p', label: VIEWER.previousBlock, run: inCode(() => step(-1)) },
    {
      keys: 'u',
      label: VIEWER.uploadsOfLine,
      run: inCode(() => (current === null ? announce(VIEWER.noLine) : toggle(current, true))),
    },
    ...(text === null ? [] : [{ keys: '/', label: VIEWER.find, run: find.open }]),
  ]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const act = {
      ArrowDown: () => move(1, event.shiftKey),
      ArrowUp: () => move(-1, event.shiftKey),
      Enter: () => current !== null && toggle(current, true),
      Escape: () => (open === null ? select(null) : close()),
    }[event.key];
    const isInPanel = event.target !== scroller.current && event.key !== 'Escape';
    if (act === undefined || isInPanel || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    const pressed = pressedIn(event.target);
    if (pressed === null || event.ctrlKey || event.metaKey) return;
    if (pressed.part === 'number') {
      event.preventDefault();
      const isAgain = range?.from === pressed.line && range.to === pressed.line;
      if (event.shiftKey) select(rangeOf(anchorOf(range, current ?? pressed.line), pressed.line));
      else select(isAgain ? null : { from: pressed.line, to: pressed.line });
    } else if (pressed.part === 'hits') toggle(pressed.line, false);
    setCurrent(pressed.line);
  };

  // Of a line that was scrolled away there is no row to name.
  const isShown = (line: number | null): boolean => {
    const row = line === null ? -1 : rows.rowOf(line);
    return shown.first <= row && row < shown.last;
  };
  const position = current === null ? null : blockAt(lines.blocks, current);
  return (
    <div className={styles.viewer} data-wraps={wraps || undefined} data-fits={fits || undefined}>
      {props.children({ blocks: lines.blocks.length, position, step, find: find.open })}
      {find.isOpen && (
        <FindBar
          wanted={find.wanted}
          onWanted={find.want}
          position={find.position}
          matches={find.matches.length}
          onStep={goToMatch}
          onClose={() => {
            find.close();
            scroller.current?.focus({ preventScroll: true });
          }}
        />
      )}
      <div className={styles.stage}>
        <span ref={probe} className={styles.probe} aria-hidden="true" />
        <span id={hint} className="visually-hidden">
          {VIEWER.codeHint}
        </span>
        <div
          ref={scroller}
          role="grid"
          tabIndex={0}
          aria-label={VIEWER.code(path)}
          aria-describedby={hint}
          aria-rowcount={rows.length}
          aria-multiselectable="true"
          aria-activedescendant={isShown(current) ? `line-${current}` : undefined}
          className={styles.scroller}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onPointerOver={hover.onPointerOver}
          onPointerLeave={hover.onPointerLeave}
        >
          <div
            role="presentation"
            className={styles.content}
            style={{
              blockSize: layout.total,
              ...(wraps ? {} : { minInlineSize: `calc(${columns}ch + var(--gutters))` }),
            }}
          >
            <div
              ref={rowBox}
              role="rowgroup"
              className={styles.rows}
              style={{ transform: `translateY(${layout.topOf(shown.first)}px)` }}
            >
              {Array.from({ length: shown.last - shown.first }, (_, index) => {
                const row = shown.first + index;
                const line = rows.at(row);
                return (
                  <CodeRow
                    key={line}
                    row={row}
                    line={line}
                    letter={lines.classOf(line)}
                    value={lines.valueOf(line)}
                    code={text === null ? null : text[line - 1]}
                    tokens={syntax.tokensOf(line - 1)}
                    matches={find.byLine.get(line - 1)}
                    foundAt={find.current?.index === line - 1 ? find.current.start : null}
                    isSelected={range !== null && range.from <= line && line <= range.to}
                    isCurrent={line === current}
                  >
                    {open?.line === line ? (
                      <PanelBox key={open.line} {...open} onHeight={setPanelHeight}>
                        {props.renderPanel(line, open.isPinned)}
                      </PanelBox>
                    ) : undefined}
                  </CodeRow>
                );
              })}
            </div>
          </div>
        </div>
        <Minimap lines={lines} lineCount={Math.max(1, text === null ? lines.last : text.length)} scroller={scroller} />
        {range !== null && <RangeBar range={range} texts={props.textsOf(range)} onClear={() => select(null)} />}
      </div>
      <PrintLines lines={lines} text={text} numbers={rows} />
    </div>
  );
}

/** What is opened below a line; tells how much room it takes. */
function PanelBox({
  line,
  isPinned,
  takesFocus,
  onHeight,
  children,
}: OpenPanel & {
  readonly onHeight: (height: number) => void;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || !isPinned) return;
    const cell = element.parentElement ?? element;
    const measure = (): void => onHeight(cell.offsetHeight);
    measure();
    cell.scrollIntoView({ block: 'nearest' });
    const observer = new ResizeObserver(measure);
    observer.observe(cell);
    return () => observer.disconnect();
  }, [isPinned, onHeight]);
  useEffect(() => {
    if (takesFocus) box.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <div
      role="gridcell"
      data-panel={isPinned ? 'pinned' : 'floating'}
      className={isPinned ? styles.panel : styles.floating}
    >
      <div ref={box} role="group" tabIndex={-1} aria-label={VIEWER.explanation(line)}>
        {children}
      </div>
    </div>
  );
}

function keyOf(range: LineRange | null): string {
  return range === null ? '' : writeRange(range);
}

/** The end of a range that stays when it is extended. */
function anchorOf(range: LineRange | null, current: number): number {
  if (range === null) return current;
  return current === range.from ? range.to : range.from;
}

function pressedIn(target: EventTarget): { readonly part: string | null; readonly line: number } | null {
  if (!(target instanceof Element) || target.closest('[data-panel]') !== null) return null;
  const row = target.closest<HTMLElement>('[data-line]');
  if (row === null) return null;
  return {
    part: target.closest<HTMLElement>('[data-part]')?.dataset['part'] ?? null,
    line: Number(row.dataset['line']),
  };
}
