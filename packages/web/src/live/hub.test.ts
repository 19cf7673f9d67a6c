import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Folding } from './folding.ts';
import { Generations } from './generations.ts';
import { Hub, type HubPort } from './hub.ts';
import type { HubMessage, TabMessage } from './messages.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A tab of the test: what it was told, and how it speaks. */
function makeTab(hub: Hub) {
  const told: HubMessage[] = [];
  let hear: (event: MessageEvent<TabMessage>) => void = () => {};
  const port: HubPort = {
    postMessage: (message) => told.push(message),
    addEventListener: (_type, listener) => void (hear = listener),
    start: () => {},
  };
  hub.join(port);
  return {
    told,
    say: (data: TabMessage) => hear({ data } as MessageEvent<TabMessage>),
    types: () => told.flatMap((message) => (message.kind === 'event' ? [message.event.type] : [])),
    state: () => told.findLast((message) => message.kind === 'state')?.state.kind,
  };
}

function makeServer() {
  const addresses: URL[] = [];
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const ask = async (address: string): Promise<Response> => {
    addresses.push(new URL(address, 'http://localhost'));
    return new Response(new ReadableStream<Uint8Array>({ start: (made) => void (controller = made) }));
  };
  const send = async (type: string, data: object): Promise<void> => {
    controller.enqueue(new TextEncoder().encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ask, send, addresses };
}

const listen = (...topics: string[]): TabMessage => ({ kind: 'listen', address: '/events', topics, after: null });

describe('tabs that share a connection', () => {
  test('hear of their own topics, and all of what concerns everything', async () => {
    const server = makeServer();
    const hub = new Hub(server);
    const [one, other] = [makeTab(hub), makeTab(hub)];
    one.say(listen('repo:gh/acme/web'));
    other.say(listen('repo:gh/acme/core'));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.addresses.at(-1)?.searchParams.get('topics')).toBe('repo:gh/acme/core,repo:gh/acme/web');
    await server.send('commit.merged', { topics: ['repo:gh/acme/web'] });
    await server.send('reset', {});
    expect(one.types()).toEqual(['commit.merged', 'reset']);
    expect(other.types()).toEqual(['reset']);
    one.say({ kind: 'leave' });
    await server.send('commit.merged', { topics: ['repo:gh/acme/web'] });
    expect(one.types()).toEqual(['commit.merged', 'reset']);
  });

  test('a tab that fell silent is forgotten, and asked again when it wakes', async () => {
    const server = makeServer();
    const hub = new Hub(server);
    const [sleeper, other] = [makeTab(hub), makeTab(hub)];
    sleeper.say(listen('repo:gh/acme/web'));
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    other.say({ kind: 'alive' });
    sleeper.say({ kind: 'alive' });
    expect(sleeper.told.at(-1)).toEqual({ kind: 'forgotten' });
    sleeper.say({ kind: 'leave' });
    other.say({ kind: 'leave' });
  });

  test('a tab whose topics find no room is told to ask instead', async () => {
    const server = makeServer();
    const hub = new Hub(server);
    const [full, late] = [makeTab(hub), makeTab(hub)];
    full.say(listen(...Array.from({ length: 30 }, (_, index) => `commit:${index}`)));
    late.say(listen(...Array.from({ length: 30 }, (_, index) => `commit:${100 + index}`)));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.addresses.at(-1)?.searchParams.get('topics')?.split(',')).toHaveLength(50);
    expect([full.state(), late.state()]).toEqual(['polling', 'live']);
  });
});

test('bursts are folded: the first is told at once, the rest at most four times a second, in order', async () => {
  const told: (readonly number[])[] = [];
  const folding = new Folding<number>((items) => told.push(items));
  for (let item = 0; item < 100; item++) {
    folding.add(item);
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(told[0]).toEqual([0]);
  expect(told.length).toBeLessThanOrEqual(5);
  expect(told.flat()).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('an older merge of a commit never comes after a newer one, until numbers begin anew', () => {
  const generations = new Generations();
  const merged = (commit: number, generation: number) => ({
    type: 'commit.merged',
    id: null,
    data: { commit_id: commit, generation },
  });
  expect([merged(1, 2), merged(1, 1), merged(2, 1), merged(1, 2)].map((each) => generations.isOutdated(each))).toEqual([
    false,
    true,
    false,
    false,
  ]);
  generations.isOutdated({ type: 'reset', id: 1, data: {} });
  expect(generations.isOutdated(merged(1, 1))).toBe(false);
});
