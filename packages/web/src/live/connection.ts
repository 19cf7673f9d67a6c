import { LONGEST_WAIT_MS, waitAfter } from '../api/backoff.ts';
import { readEvents } from './event-reader.ts';
import type { LiveEvent, LiveState } from './messages.ts';

export interface LiveConnectionOptions {
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveState) => void;
  /** As `fetch`. */
  readonly ask?: (address: string, init: RequestInit) => Promise<Response>;
  /** 0 ≤ … < 1, for the jitter. */
  readonly random?: () => number;
}

/** What to listen to. */
export interface Listening {
  /** Of the stream, without a query. */
  readonly address: string;
  readonly topics: readonly string[];
  /** The event after which everything is wanted; null = from now on, or from where the connection is. */
  readonly after: number | null;
}

/** Attempts without success after which pages ask instead of being told. */
const FAILURES_BEFORE_POLLING = 3;
/** The server says something every 15 s; a stream that is silent for longer than two of these is dead without knowing it. */
const LONGEST_SILENCE_MS = 40_000;

/**
 * The connection to the stream of events: goes on where it was after a cut, by the number of the last event, and comes again after 1–30 s
 * with jitter (web-ui §4.6). One for a whole browser.
 */
export class LiveConnection {
  private readonly options: LiveConnectionOptions;
  private readonly ask: NonNullable<LiveConnectionOptions['ask']>;
  private readonly random: () => number;
  private listening: Listening | null = null;
  private current: AbortController | null = null;
  private lastId: number | null = null;
  private lostAt: number | null = null;

  constructor(options: LiveConnectionOptions) {
    this.options = options;
    this.ask = options.ask ?? ((address, init) => fetch(address, init));
    this.random = options.random ?? Math.random;
  }

  /** Listens to these topics from now on; none closes the connection. What is listened to already stays as it is. */
  listen(listening: Listening): void {
    const known = this.listening;
    const hasNews =
      known === null || known.address !== listening.address || listening.topics.some((t) => !known.topics.includes(t));
    if (listening.topics.length === 0) return this.stop();
    if (!hasNews) return;
    this.listening = listening;
    if (listening.after !== null) this.lastId = Math.min(this.lastId ?? listening.after, listening.after);
    this.restart();
  }

  /** Drops the connection and makes it anew at once. */
  restart(): void {
    if (this.listening === null) return;
    this.current?.abort();
    this.current = new AbortController();
    void this.run(this.listening, this.current.signal);
  }

  private stop(): void {
    this.current?.abort();
    this.current = null;
    this.listening = null;
    this.lostAt = null;
    // Where it was is of no use later: whoever listens then says from where.
    this.lastId = null;
    this.options.onState({ kind: 'idle' });
  }

  private async run(listening: Listening, signal: AbortSignal): Promise<void> {
    this.lostAt ??= Date.now();
    let failures = 0;
    this.tellLoss(failures);
    while (!signal.aborted) {
      const outcome = await this.follow(listening, signal);
      if (signal.aborted) return;
      if (outcome.kind === 'refused') {
        // Nothing is cut: there is nothing to be told. Rights do not come back by asking often.
        this.options.onState({ kind: 'idle' });
        await pause(LONGEST_WAIT_MS, signal);
        continue;
      }
      failures = outcome.kind === 'cut' ? 0 : failures + 1;
      if (outcome.kind === 'cut') this.lostAt = Date.now();
      this.tellLoss(failures);
      const asked = outcome.kind === 'failed' ? outcome.waitMs : 0;
      await pause(Math.max(waitAfter(failures, this.random()), asked), signal);
    }
  }

  private tellLoss(failures: number): void {
    const since = this.lostAt ?? Date.now();
    this.options.onState({ kind: failures >= FAILURES_BEFORE_POLLING ? 'polling' : 'connecting', since });
  }

  /** Reads the stream until it ends, for whatever reason. */
  private async follow({ address, topics }: Listening, signal: AbortSignal): Promise<Followed> {
    const watch = new Watch(signal);
    try {
      const query = new URLSearchParams({ topics: topics.join(',') });
      if (this.lastId !== null) query.set('last_event_id', String(this.lastId));
      const response = await this.ask(`${address}?${query.toString()}`, {
        headers: { accept: 'text/event-stream' },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: watch.signal,
      });
      if (response.status !== 200 || response.body === null) return refusedBy(response);
      await this.tell(response.body, watch);
      return { kind: 'cut' };
    } catch {
      return this.lostAt === null ? { kind: 'cut' } : { kind: 'failed', waitMs: 0 };
    } finally {
      watch.end();
    }
  }

  private async tell(body: ReadableStream<Uint8Array>, watch: Watch): Promise<void> {
    this.lostAt = null;
    this.options.onState({ kind: 'live' });
    for await (const block of readEvents(body, () => watch.heard())) {
      if (watch.signal.aborted) return;
      if (block.id !== null) this.lastId = block.id;
      if (block.type !== null) this.options.onEvent(block);
    }
  }
}

type Followed =
  /** Whoever looks may hear none of it. */
  | { readonly kind: 'refused' }
  /** It was open and ended. */
  | { readonly kind: 'cut' }
  /** It was not to be had; the server asks for so long a pause. */
  | { readonly kind: 'failed'; readonly waitMs: number };

function refusedBy(response: Response): Followed {
  void response.body?.cancel();
  if (response.status >= 400 && response.status < 500 && response.status !== 429) return { kind: 'refused' };
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return { kind: 'failed', waitMs: Math.min(Number.isFinite(seconds) ? seconds * 1000 : 0, LONGEST_WAIT_MS) };
}

/** Ends a stream that is silent for too long, or when `outer` does. */
class Watch {
  readonly signal: AbortSignal;
  private readonly silence = new AbortController();
  private timer: ReturnType<typeof setTimeout>;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.silence.signal]);
    this.timer = this.wait();
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = this.wait();
  }

  end(): void {
    clearTimeout(this.timer);
    this.silence.abort();
  }

  private wait(): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.silence.abort(), LONGEST_SILENCE_MS);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
