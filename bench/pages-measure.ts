import type { CDPSession, Page } from 'playwright-core';

/** Milliseconds from the beginning of the navigation until something fits a selector; Infinity when nothing does in time. */
export async function timeUntilShown(page: Page, address: string, selector: string): Promise<number> {
  await page.goto('about:blank');
  await page.addInitScript(NOTE_SHOWN, selector);
  await page.goto(address, { waitUntil: 'commit' });
  const shown = await page.waitForFunction(() => (window as unknown as Noted).shownAt).catch(() => null);
  return shown === null ? Infinity : ((await shown.jsonValue()) ?? Infinity);
}

/** Largest contentful paint of a page that has settled, in milliseconds. */
export async function largestPaint(page: Page, address: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(SETTLES_MS);
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? Infinity)).observe({
          type: 'largest-contentful-paint',
          buffered: true,
        });
      }),
  );
}

/** Answers of the pages' API that came before a selector was shown for the first time. */
export async function requestsUntilShown(page: Page, address: string, selector: string): Promise<number> {
  let asked = 0;
  const count = (request: { url(): string }): void => {
    if (new URL(request.url()).pathname.startsWith('/api/ui/')) asked++;
  };
  await page.goto('about:blank');
  page.on('request', count);
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator(selector).first().waitFor();
  page.off('request', count);
  return asked;
}

/** Milliseconds from a press until the next frame in which a selector fits. */
export async function timeOfPress(page: Page, press: () => Promise<void>, selector: string): Promise<number> {
  await page.evaluate((wanted) => {
    const noted = window as unknown as Noted;
    noted.shownAt = undefined;
    const begin = (event: Event): void => {
      const at = event.timeStamp;
      const look = (): void => {
        if (document.querySelector(wanted) === null) requestAnimationFrame(look);
        else noted.shownAt = performance.now() - at;
      };
      requestAnimationFrame(look);
    };
    for (const type of ['pointerdown', 'keydown']) addEventListener(type, begin, { once: true, capture: true });
  }, selector);
  await press();
  const shown = await page.waitForFunction(() => (window as unknown as Noted).shownAt);
  return (await shown.jsonValue()) ?? Infinity;
}

/** What the main thread did while something went on. */
export interface MainThreadWork {
  /** 95th percentile of its work in a frame, milliseconds. */
  readonly perFrame: number;
  /** Its longest task, milliseconds. */
  readonly longestTask: number;
  readonly frames: number;
}

/** Traces the main thread of a page while `doing` runs. */
export async function mainThreadWork(page: Page, doing: () => Promise<void>): Promise<MainThreadWork> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
  });
  await doing();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return summarise(events);
}

/** Slows the processor of a page down by a factor; 1 ends it. */
export async function slowDown(page: Page, factor: number): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: factor });
}

/** Megabytes of the JavaScript heap after a collection. */
export async function heapMegabytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Later paints than that are of what changes, not of what loads. */
const SETTLES_MS = 1000;

interface Noted {
  shownAt?: number;
}

/** Runs in the page before its own scripts. */
const NOTE_SHOWN = (selector: string): void => {
  const look = (): void => {
    if (document.querySelector(selector) === null) requestAnimationFrame(look);
    else (window as unknown as Noted).shownAt = performance.now();
  };
  requestAnimationFrame(look);
};

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
}

function summarise(events: readonly TraceEvent[]): MainThreadWork {
  const frames = events.filter(({ name }) => name === 'BeginMainThreadFrame' || name === 'FireAnimationFrame');
  if (frames.length === 0) return { perFrame: 0, longestTask: 0, frames: 0 };
  // The renderer that made the frames; others idle.
  const { pid, tid } = frames[0];
  const starts = frames.filter(
    (frame) => frame.pid === pid && frame.tid === tid && frame.name === 'BeginMainThreadFrame',
  );
  const tasks = events.filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid);
  const bounds = starts.map(({ ts }) => ts).sort((a, b) => a - b);
  const work = Array.from({ length: bounds.length }, () => 0);
  let at = 0;
  for (const { ts, dur = 0 } of tasks.toSorted((a, b) => a.ts - b.ts)) {
    while (at + 1 < bounds.length && bounds[at + 1] <= ts + dur) at++;
    if (bounds.length > 0 && ts + dur >= bounds[at]) work[at] += dur / 1000;
  }
  const sorted = work.sort((a, b) => a - b);
  return {
    perFrame: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longestTask: Math.max(0, ...tasks.map(({ dur = 0 }) => dur / 1000)),
    frames: bounds.length,
  };
}
