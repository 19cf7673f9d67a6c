import { Download } from 'lucide-react';
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { CHART } from '../../messages/en/chart.ts';
import { announce } from '../announce.ts';
import { buttonClass, Button } from '../Button.tsx';
import table from '../table.module.css';
import { useWidth } from '../use-width.ts';
import styles from './LineChart.module.css';
import { csvOf, layLine, nearestPoint, valueRange, type Measured } from './scale.ts';
import { tickTexts } from './ticks.ts';

/** A point with everything that is told of it. */
export interface ChartPoint extends Measured {
  /** When, as a text: one cell of the table. */
  readonly when: string;
  /** What it is of: `4f2c1aa fix: read gzip twice`. */
  readonly what: string;
  /** The value as shown: `94.10 %`; of a gap why there is none. */
  readonly text: string;
  /** The change to the point before; empty for none. */
  readonly delta: string;
  /** What else changed here, told by a mark on the axis; empty for nothing. */
  readonly mark: string;
}

/**
 * A line over time in percent, on its own: drawn as SVG, so that theme and forced colours hold. Keys move from point to point and say each,
 * Enter opens it; a table holds every number, also as CSV (web-ui §4.3).
 */
export function LineChart({
  points,
  summary,
  fileName,
  onOpen,
  children,
}: {
  /** What stands above the picture at its start. */
  readonly children?: ReactNode;
  readonly points: readonly ChartPoint[];
  /** One sentence: the name of the picture. */
  readonly summary: string;
  /** Of the CSV. */
  readonly fileName: string;
  readonly onOpen: (index: number) => void;
}) {
  const [isTable, setTable] = useState(false);
  return (
    <div>
      <div className={styles.head}>
        {children}
        <span className={styles.tools}>
          {isTable && (
            <a className={buttonClass('quiet')} download={fileName} href={csvAddress(points)}>
              <Download size={16} strokeWidth={1.75} aria-hidden="true" /> {CHART.csv}
            </a>
          )}
          <Button kind="quiet" onClick={() => setTable(!isTable)}>
            {isTable ? CHART.asChart : CHART.asTable}
          </Button>
        </span>
      </div>
      {isTable ? (
        <PointTable points={points} summary={summary} />
      ) : (
        <Drawing points={points} summary={summary} onOpen={onOpen} />
      )}
    </div>
  );
}

const HEIGHT = 168;
/** Room for the longest value, `99.25 %`. */
const LEFT = 56;
const RIGHT = 60;
const TOP = 10;
const BOTTOM = 24;
const TICK_ROOM = 120;

function Drawing({
  points,
  summary,
  onOpen,
}: {
  readonly points: readonly ChartPoint[];
  readonly summary: string;
  readonly onOpen: (index: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [active, setActive] = useState<number | null>(null);
  const help = useId();
  const inner = { width: Math.max(1, width - LEFT - RIGHT), height: HEIGHT - TOP - BOTTOM };
  const [low, high] = valueRange(points.flatMap(({ value }) => (value === null ? [] : [value])));
  const line = layLine(points, [low, high], inner);
  const last = points.findLastIndex(({ value }) => value !== null);
  const shown = active === null ? null : (points[active] ?? null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = pointAfterKey(event.key, active ?? points.length, points.length);
    if (next !== null) {
      setActive(next);
      announce(CHART.point(points[next]));
    } else if (event.key === 'Enter' && active !== null) onOpen(active);
    else if (event.key === 'Escape' && active !== null) setActive(null);
    else return;
    event.preventDefault();
  };
  const onPointerMove = ({ clientX, currentTarget }: PointerEvent): void =>
    setActive(nearestPoint(line.places, clientX - currentTarget.getBoundingClientRect().left - LEFT));
  return (
    <div ref={box} className={styles.box}>
      <span id={help} className="visually-hidden">
        {CHART.help}
      </span>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary}>
          <g transform={`translate(${LEFT} ${TOP})`}>
            {[high, (high + low) / 2, low].map((value, index) => (
              <g key={value} transform={`translate(0 ${(inner.height * index) / 2})`}>
                <line className={styles.hair} x2={inner.width} />
                <text className={styles.label} x={-8} dy="0.32em" textAnchor="end">
                  {CHART.tick(value)}
                </text>
              </g>
            ))}
            {ticksOf(points, inner.width).map(({ x, text }) => (
              <text key={x} className={styles.label} x={x} y={inner.height + 18} textAnchor="middle">
                {text}
              </text>
            ))}
            {line.gaps.map(([from, to]) => (
              <line key={from} className={styles.gap} x1={from} x2={to} y1={inner.height} y2={inner.height} />
            ))}
            {points.map(
              ({ mark, what }, index) => mark !== '' && <Mark key={what} at={line.places[index].x} {...inner} />,
            )}
            <path className={styles.line} d={line.path} />
            {last >= 0 && (
              <>
                <circle className={styles.dot} cx={line.places[last].x} cy={line.places[last].y} r={3} />
                <text className={styles.end} x={line.places[last].x + 8} y={line.places[last].y} dy="0.32em">
                  {points[last].text}
                </text>
              </>
            )}
            {active !== null && shown !== null && (
              <>
                <line
                  className={styles.cursor}
                  x1={line.places[active].x}
                  x2={line.places[active].x}
                  y2={inner.height}
                />
                {shown.value !== null && (
                  <circle className={styles.dot} cx={line.places[active].x} cy={line.places[active].y} r={4} />
                )}
              </>
            )}
          </g>
        </svg>
      )}
      <div
        className={styles.pointer}
        role="slider"
        tabIndex={0}
        aria-label={CHART.pointer}
        aria-describedby={help}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(active ?? points.length - 1) + 1}
        aria-valuetext={CHART.point(shown ?? points[points.length - 1])}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setActive(null)}
        onBlur={() => setActive(null)}
        onClick={() => active !== null && onOpen(active)}
      />
      {active !== null && shown !== null && (
        <div
          className={styles.tip}
          style={{ insetInlineStart: LEFT + line.places[active].x }}
          data-side={line.places[active].x > inner.width / 2 ? 'start' : 'end'}
        >
          <strong>{shown.text}</strong> {shown.delta}
          <div className={styles.what}>{shown.what}</div>
          {shown.mark !== '' && <div className={styles.note}>{shown.mark}</div>}
          <div className={styles.when}>{shown.when}</div>
        </div>
      )}
    </div>
  );
}

/** Where something else than the code changed: a dotted line up to the top, a triangle on the axis. */
function Mark({ at, height }: { readonly at: number; readonly height: number }) {
  return (
    <g transform={`translate(${at} 0)`} className={styles.mark}>
      <line y2={height} />
      <path d={`M-4 ${height + 5}h8l-4 -6z`} />
    </g>
  );
}

function PointTable({ points, summary }: { readonly points: readonly ChartPoint[]; readonly summary: string }) {
  const hasMarks = points.some(({ mark }) => mark !== '');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={summary}>
      <table className={table.table}>
        <caption className="visually-hidden">{summary}</caption>
        <thead>
          <tr>
            <th scope="col">{CHART.when}</th>
            <th scope="col">{CHART.what}</th>
            <th scope="col" className={table.number}>
              {CHART.value}
            </th>
            <th scope="col" className={table.number}>
              {CHART.delta}
            </th>
            {hasMarks && <th scope="col">{CHART.mark}</th>}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ at, when, what, text, delta, mark }) => (
            <tr key={`${at} ${what}`}>
              <td>{when}</td>
              <td className={styles.cell}>{what}</td>
              <td className={table.number}>{text}</td>
              <td className={table.number}>{delta}</td>
              {hasMarks && <td className={styles.cell}>{mark}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The point that a key leads to; `active` is beyond the last where none is chosen yet. */
function pointAfterKey(key: string, active: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowLeft') return Math.max(0, active - 1);
  if (key === 'ArrowRight') return Math.min(count - 1, active + 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

function ticksOf(points: readonly ChartPoint[], width: number): { readonly x: number; readonly text: string }[] {
  const first = points[0]?.at;
  const last = points.at(-1)?.at;
  if (first === undefined || last === undefined || first === last) return [];
  const count = Math.max(1, Math.floor(width / TICK_ROOM));
  const parts = Array.from({ length: count }, (_, index) => (index + 0.5) / count);
  const texts = tickTexts(parts.map((part) => first + (last - first) * part));
  return parts.map((part, index) => ({ x: width * part, text: texts[index] }));
}

const HEADS = [CHART.when, CHART.what, CHART.value, CHART.delta, CHART.mark];

function csvAddress(points: readonly ChartPoint[]): string {
  const rows = points.map(({ at, what, text, delta, mark }) => [new Date(at).toISOString(), what, text, delta, mark]);
  return `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf([HEADS, ...rows]))}`;
}
