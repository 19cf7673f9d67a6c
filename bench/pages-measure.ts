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
export async function answersUntilShown(page: Page, address: string, selector: string): Promise<number> {
  const shownAt = await timeUntilShown(page, address, selector);
  return page.evaluate((at) => {
    const answers = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return answers.filter(({ name, responseEnd }) => name.includes('/api/ui/') && responseEnd <= at).length;
  }, shownAt);
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

/**
 * Milliseconds in which a page counts the newlines of four megabytes, the middle of 25: what the machine and its other programs make of a
 * plain loop. Times of the same run are to be read beside it.
 */
export function floorOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const bytes = new Uint8Array(4 << 20);
    const times: number[] = [];
    for (let sample = 0; sample < 25; sample++) {
      const before = performance.now();
      let count = 0;
      for (let at = 0; at < bytes.length; at++) if (bytes[at] === 10) count++;
      if (count === 0) times.push(performance.now() - before);
    }
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  });
}

/** What the main thread did while something went on, in processor time: what other programs take of the machine is not in it. */
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
    traceConfig: {
      includedCategories: [
        'toplevel',
        'devtools.timeline',
        'devtools.timeline.frame',
        'disabled-by-default-devtools.timeline',
        'disabled-by-default-devtools.timeline.frame',
        'blink',
      ],
    },
  });
  await doing();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return summarise(events);
}

/** Slows the processor of a page down by a factor while `doing` runs. */
export async function slowedDown<Value>(page: Page, factor: number, doing: () => Promise<Value>): Promise<Value> {
  // One session for both: a factor that another session set would stay.
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: factor });
  try {
    return await doing();
  } finally {
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await session.detach();
  }
}

/** Megabytes of the JavaScript heap after a collection. */
export async function heapMegabytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
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
  /** Microseconds of the processor. */
  readonly tdur?: number;
}

function summarise(events: readonly TraceEvent[]): MainThreadWork {
  const frames = events.filter(({ name }) => FRAMES.has(name));
  if (frames.length === 0) throw new Error('the browser traced no frame');
  // The renderer that made most of the frames; others idle.
  const { pid, tid, name } = mostFrequent(frames);
  const isHere = (event: TraceEvent): boolean => event.pid === pid && event.tid === tid;
  const bounds = frames
    .filter((frame) => isHere(frame) && frame.name === name)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const tasks = events.filter((event) => event.name === 'RunTask' && isHere(event)).sort((a, b) => a.ts - b.ts);
  const work = Array.from({ length: bounds.length }, () => 0);
  let at = 0;
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    while (at + 1 < bounds.length && bounds[at + 1] <= ts + dur) at++;
    if (ts + dur >= bounds[at]) work[at] += tdur / 1000;
  }
  work.sort((a, b) => a - b);
  return {
    perFrame: work[Math.floor(work.length * 0.95)],
    longestTask: Math.max(0, ...tasks.map(({ dur = 0, tdur = dur }) => tdur / 1000)),
    frames: bounds.length,
  };
}

/** How the beginning of a frame on the main thread is called, by the versions of Chromium. */
const FRAMES = new Set([
  'BeginMainThreadFrame',
  'WebFrameWidgetImpl::BeginMainFrame',
  'PageAnimator::serviceScriptedAnimations',
]);

function mostFrequent(events: readonly TraceEvent[]): TraceEvent {
  const counts = new Map<string, number>();
  const keyOf = ({ pid, tid, name }: TraceEvent): string => `${pid} ${tid} ${name}`;
  for (const event of events) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1);
  return events.reduce((best, event) => (counts.get(keyOf(event))! > counts.get(keyOf(best))! ? event : best));
}
