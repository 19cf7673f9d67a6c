import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveConnection } from './connection.ts';
import type { LiveEvent, LiveState } from './messages.ts';

/** A server of the test: each request waits for what the test answers. */
function makeWorld() {
  const asked: {
    readonly query: URLSearchParams;
    readonly signal: AbortSignal;
    readonly answer: (response: Response | Error) => void;
  }[] = [];
  const events: LiveEvent[] = [];
  const states: LiveState[] = [];
  const connection = new LiveConnection({
    ask: (address, { signal }) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
        asked.push({
          signal: signal!,
          query: new URL(address, 'http://localhost').searchParams,
          answer: (response) => (response instanceof Error ? reject(response) : resolve(response)),
        });
      }),
    random: () => 1,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
  return { connection, asked, events, states, kind: () => states.at(-1)?.kind };
}

/** An open stream, and how to write to it; it fails when its request is given up, as that of `fetch` does. */
function makeStream({ signal }: { readonly signal: AbortSignal }) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (made) => void (controller = made) });
  signal.addEventListener('abort', () => controller.error(signal.reason));
  return {
    response: new Response(body),
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
  };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const WEB = { address: '/api/ui/events', topics: ['repo:gh/acme/web'], after: 7 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the connection to the stream', () => {
  test('begins after the data, tells events in order, and goes on after the last one when it was cut', async () => {
    const { connection, asked, events, kind } = makeWorld();
    connection.listen(WEB);
    expect(asked[0].query.get('last_event_id')).toBe('7');
    const stream = makeStream(asked[0]);
    asked[0].answer(stream.response);
    await settle();
    expect(kind()).toBe('live');
    stream.write('id: 8\nevent: upload.received\ndata: {"upload":"a"}\n\nid: 9\nevent: commit.me');
    stream.write('rged\ndata: {"generation":2}\n\n: ping\n\nid: 12\n\n');
    await settle();
    expect(events.map(({ type, id }) => [type, id])).toEqual([
      ['upload.received', 8],
      ['commit.merged', 9],
    ]);
    stream.end();
    await settle();
    expect(kind()).toBe('connecting');
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked[1].query.get('last_event_id')).toBe('12');
    connection.listen({ ...WEB, topics: [] });
  });

  test('tries again after 1, 2, 4 … at most 30 s, and says after three failures that it gave up for now', async () => {
    const { connection, asked, kind } = makeWorld();
    connection.listen(WEB);
    const waits: number[] = [];
    for (let failure = 1; failure <= 7; failure++) {
      const before = Date.now();
      asked.at(-1)!.answer(failure % 2 === 0 ? new Error('no network') : new Response('', { status: 503 }));
      await settle();
      expect(kind()).toBe(failure < 3 ? 'connecting' : 'polling');
      while (asked.length === failure) await vi.advanceTimersByTimeAsync(500);
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    asked.at(-1)!.answer(makeStream(asked.at(-1)!).response);
    await settle();
    expect(kind()).toBe('live');
    connection.listen({ ...WEB, topics: [] });
  });

  test('tells since when it is cut, also after many tries', async () => {
    const { connection, asked, states } = makeWorld();
    connection.listen(WEB);
    const stream = makeStream(asked[0]);
    asked[0].answer(stream.response);
    await settle();
    await vi.advanceTimersByTimeAsync(5000);
    stream.end();
    await settle();
    const cutAt = Date.now();
    await vi.advanceTimersByTimeAsync(1000);
    asked[1].answer(new Error('no network'));
    await settle();
    expect(states.at(-1)).toEqual({ kind: 'connecting', since: cutAt });
    connection.listen({ ...WEB, topics: [] });
  });

  test('a stream that is silent for longer than two pings is made anew', async () => {
    const { connection, asked } = makeWorld();
    connection.listen(WEB);
    const stream = makeStream(asked[0]);
    asked[0].answer(stream.response);
    await settle();
    await vi.advanceTimersByTimeAsync(39_000);
    stream.write(': ping\n\n');
    await vi.advanceTimersByTimeAsync(39_000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(2);
    connection.listen({ ...WEB, topics: [] });
  });

  test('more topics begin where the oldest data is; fewer change nothing; none ends it', async () => {
    const { connection, asked, kind } = makeWorld();
    connection.listen({ ...WEB, after: 20 });
    asked[0].answer(makeStream(asked[0]).response);
    await settle();
    connection.listen({ ...WEB, topics: ['repo:gh/acme/web', 'owner:gh/acme'], after: 15 });
    expect(asked[1].query.get('topics')).toBe('repo:gh/acme/web,owner:gh/acme');
    expect(asked[1].query.get('last_event_id')).toBe('15');
    connection.listen({ ...WEB, topics: ['owner:gh/acme'], after: null });
    expect(asked).toHaveLength(2);
    connection.listen({ ...WEB, topics: [] });
    expect(kind()).toBe('idle');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
  });

  test('what is refused is no cut, and is not asked for every second', async () => {
    const { connection, asked, kind } = makeWorld();
    connection.listen(WEB);
    asked[0].answer(new Response('{"detail":"Not found."}', { status: 404 }));
    await settle();
    expect(kind()).toBe('idle');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toHaveLength(2);
    connection.listen({ ...WEB, topics: [] });
  });
});
