import type { Page } from 'playwright-core';

/** A page whose complaints are kept. */
export type WatchedPage = Page;

/** More of it is a complaint (web-ui §7 row 50). */
const MOST_SHIFT = 0.05;

/**
 * What goes wrong in a window: lines of the console with the level of an error, errors that nobody caught, breaches of the policy, requests
 * to another origin, layout that moves by itself (web-ui §7 rows 22 and 50).
 */
export class Complaints {
  private readonly origin: string;
  private readonly tolerates: readonly RegExp[];
  private readonly said: string[] = [];
  private shift = new LayoutShift();
  private worstShift = { value: 0, where: '' };

  constructor(url: string, tolerates: readonly RegExp[]) {
    this.origin = new URL(url).origin;
    this.tolerates = tolerates;
  }

  add(complaint: string): void {
    if (!this.tolerates.some((expected) => expected.test(complaint))) this.said.push(complaint);
  }

  /** Notes a request; one that leaves the server under test is a complaint. */
  noteRequest(address: string): void {
    const { protocol, origin } = new URL(address);
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== this.origin) this.add(`foreign request: ${address}`);
  }

  /** Notes a shift as the browser measured it. */
  noteShift({ value, at, what, where }: ShiftSeen): void {
    const total = this.shift.add(value, at);
    if (total > this.worstShift.value) this.worstShift = { value: total, where: `${where} (${what})` };
  }

  /** A new document begins: its clock starts again. */
  noteDocument(): void {
    this.shift = new LayoutShift();
  }

  /** Everything so far, a line each. */
  list(): readonly string[] {
    const { value, where } = this.worstShift;
    if (value <= MOST_SHIFT) return this.said;
    const complaint = `layout shift ${value.toFixed(3)} at ${where}`;
    return this.tolerates.some((expected) => expected.test(complaint)) ? this.said : [...this.said, complaint];
  }
}

/** A layout shift as the page reports it. */
interface ShiftSeen {
  readonly value: number;
  /** Milliseconds since the document began. */
  readonly at: number;
  /** What moved. */
  readonly what: string;
  readonly where: string;
}

const WINDOW_GAP_MS = 1000;
const WINDOW_MS = 5000;

/** Cumulative layout shift as browsers report it: the worst window of shifts less than a second apart, five seconds at most. */
class LayoutShift {
  private total = 0;
  private first = -Infinity;
  private last = -Infinity;

  /** Adds one; gives the total of its window. */
  add(value: number, at: number): number {
    const isSame = at - this.last < WINDOW_GAP_MS && at - this.first < WINDOW_MS;
    this.total = isSame ? this.total + value : value;
    if (!isSame) this.first = at;
    this.last = at;
    return this.total;
  }
}

/** Begins to watch a page, before it opens anything. */
export async function watch(page: Page, complaints: Complaints): Promise<WatchedPage> {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.add(`console: ${message.text()} (${page.url()})`);
  });
  page.on('pageerror', (error) => complaints.add(`error: ${error.message} (${page.url()})\n${error.stack ?? ''}`));
  page.on('request', (request) => complaints.noteRequest(request.url()));
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) complaints.noteDocument();
  });
  await page.exposeBinding('thatchTest', (_source, kind: 'policy' | 'shift', value: unknown) => {
    if (kind === 'policy') complaints.add(`policy: ${String(value)}`);
    else complaints.noteShift(value as ShiftSeen);
  });
  await page.addInitScript(OBSERVE);
  return page;
}

/** Runs in the page before its own scripts. */
const OBSERVE = `
  addEventListener('securitypolicyviolation', (event) =>
    thatchTest('policy', event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const what = entry.sources.map(({ node }) => {
        const element = node instanceof Element ? node : node?.parentElement;
        return element ? element.tagName.toLowerCase() + '.' + (element.getAttribute('class') ?? '') : '?';
      }).join(', ');
      thatchTest('shift', { value: entry.value, at: entry.startTime, what, where: location.href });
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;
