import { useEffect, useRef, type RefObject, type PointerEvent } from 'react';
import { worstByBin, type CodeLines } from './code-lines.ts';
import styles from './CodeViewer.module.css';

/** Width of a class's bar, of 10: shape tells as much as colour (visual-design §2). */
const WIDTHS: Readonly<Record<string, number>> = { h: 3, p: 6, m: 10, x: 1 };
const TOKENS: Readonly<Record<string, string>> = { h: '--hit', p: '--part', m: '--miss', x: '--line-strong' };

/** The whole file at the right edge, one row of pixels a part; press or drag to go there. For the eye only: `n` and `p` do the same. */
export function Minimap({
  lines,
  lineCount,
  scroller,
}: {
  readonly lines: CodeLines;
  readonly lineCount: number;
  readonly scroller: RefObject<HTMLElement | null>;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const target = canvas.current;
    if (target === null) return;
    const draw = (): void => drawMap(target, lines, lineCount);
    // After the frame that shows the code: the picture of a long file takes as long as its first rows.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const drawLater = (): void => {
      clearTimeout(timer);
      timer = setTimeout(draw);
    };
    const resized = new ResizeObserver(drawLater);
    resized.observe(target);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', draw);
    return () => {
      clearTimeout(timer);
      resized.disconnect();
      themed.disconnect();
      system.removeEventListener('change', draw);
    };
  }, [lines, lineCount]);
  useEffect(() => {
    const box = scroller.current;
    const frame = view.current;
    if (box === null || frame === null) return;
    const follow = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = box;
      const height = mapHeight(lineCount, clientHeight);
      frame.hidden = scrollHeight <= clientHeight;
      frame.style.transform = `translateY(${(scrollTop / scrollHeight) * height}px)`;
      frame.style.blockSize = `${Math.max(LEAST_VIEW, (clientHeight / scrollHeight) * height)}px`;
    };
    follow();
    const resized = new ResizeObserver(follow);
    resized.observe(box);
    if (box.firstElementChild !== null) resized.observe(box.firstElementChild);
    box.addEventListener('scroll', follow, { passive: true });
    return () => {
      resized.disconnect();
      box.removeEventListener('scroll', follow);
    };
  }, [scroller, lineCount]);
  const goTo = (event: PointerEvent<HTMLDivElement>): void => {
    const box = scroller.current;
    if (box === null || event.buttons === 0) return;
    const { top } = event.currentTarget.getBoundingClientRect();
    const height = mapHeight(lineCount, box.clientHeight);
    box.scrollTo(0, ((event.clientY - top) / height) * box.scrollHeight - box.clientHeight / 2);
  };
  return (
    <div
      className={styles.map}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={goTo}
    >
      <canvas ref={canvas} />
      <div ref={view} className={styles.view} />
    </div>
  );
}

/** A line takes at most so many pixels of the map, so that a short file is no wall of colour. */
const TALLEST_LINE = 4;
const LEAST_VIEW = 4;

function mapHeight(lineCount: number, available: number): number {
  return Math.min(available, lineCount * TALLEST_LINE);
}

function drawMap(canvas: HTMLCanvasElement, lines: CodeLines, lineCount: number): void {
  const ratio = devicePixelRatio;
  const height = Math.floor(canvas.clientHeight * ratio);
  const width = Math.floor(canvas.clientWidth * ratio);
  if (height === 0 || lineCount === 0) return;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const colours = Object.fromEntries(
    Object.entries(TOKENS).map(([letter, token]) => [letter, style.getPropertyValue(token)]),
  );
  const bins = Math.min(height, lineCount);
  const tall = (mapHeight(lineCount, canvas.clientHeight) * ratio) / bins;
  worstByBin(lines, lineCount, bins).forEach((letter, bin) => {
    const part = WIDTHS[letter];
    if (part === undefined) return;
    context.fillStyle = colours[letter];
    context.fillRect(0, bin * tall, (width * part) / 10, Math.max(1, tall));
  });
}
