import { apiAddress } from '../api/client.ts';
import { noteUnreached } from '../api/connection.ts';
import { eventsBefore } from '../api/event-mark.ts';
import { Folding } from './folding.ts';
import { Generations } from './generations.ts';
import { ALIVE_MS, Hub } from './hub.ts';
import type { HubMessage, LiveEvent, LiveState, TabMessage } from './messages.ts';

/** What a page does with events; the topics are those it named. */
export interface Listener {
  readonly topics: readonly string[];
  readonly onEvent: (event: LiveEvent) => void;
}

interface Entry {
  readonly listener: Listener;
  /** Events up to this one are told already, or in the data. */
  after: number;
}

/** This tab's end of the live events: gathers what its pages listen to, and tells them in bursts of at most four a second. */
class Tab {
  private readonly entries = new Set<Entry>();
  private readonly stateListeners = new Set<() => void>();
  private readonly resetListeners = new Set<() => void>();
  private readonly generations = new Generations();
  private readonly folding = new Folding<LiveEvent>((events) => this.tell(events));
  private port: MessagePort | null = null;
  private isAsking = false;
  private announced: readonly string[] = [];
  state: LiveState = { kind: 'idle' };

  /** Tells `listener` of events on its topics from the data of now on. Returns how to stop. */
  listen(listener: Listener): () => void {
    const entry: Entry = { listener, after: eventsBefore() ?? -1 };
    this.entries.add(entry);
    this.announceSoon();
    return () => {
      this.entries.delete(entry);
      this.announceSoon();
    };
  }

  onState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  /** Calls `listener` when everything that was read may be old. Returns how to stop. */
  onReset(listener: () => void): () => void {
    this.resetListeners.add(listener);
    return () => this.resetListeners.delete(listener);
  }

  /** Connects anew: somebody else signed in. */
  restart(): void {
    this.post({ kind: 'restart' });
  }

  private post(message: TabMessage): void {
    this.port?.postMessage(message);
  }

  // Leaving one page and entering the next is one change.
  private announceSoon(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    setTimeout(() => {
      this.isAsking = false;
      this.announce();
    }, 0);
  }

  private announce(): void {
    const topics = [...new Set([...this.entries].flatMap(({ listener }) => listener.topics))].sort();
    if (topics.length === 0 && this.port === null) return;
    if (topics.join() === this.announced.join()) return;
    const isNew = (entry: Entry): boolean => entry.listener.topics.some((topic) => !this.announced.includes(topic));
    const marks = [...this.entries].filter(isNew).map(({ after }) => after);
    this.announced = topics;
    this.say(topics, marks.length === 0 ? -1 : Math.min(...marks));
  }

  private say(topics: readonly string[], after: number): void {
    this.port ??= this.connect();
    this.post({ kind: 'listen', address: apiAddress('/events'), topics, after: after < 0 ? null : after });
  }

  private connect(): MessagePort {
    const port = openPort();
    port.addEventListener('message', ({ data }: MessageEvent<HubMessage>) => this.hear(data));
    port.start();
    setInterval(() => this.post({ kind: 'alive' }), ALIVE_MS);
    addEventListener('pagehide', () => this.post({ kind: 'leave' }));
    // A page from the back-forward cache, or one that was frozen, may have been forgotten.
    addEventListener('pageshow', () => this.post({ kind: 'alive' }));
    document.addEventListener('visibilitychange', () => this.post({ kind: 'alive' }));
    addEventListener('online', () => this.post({ kind: 'restart' }));
    return port;
  }

  private hear(message: HubMessage): void {
    if (message.kind === 'state') {
      this.state = message.state;
      for (const listener of this.stateListeners) listener();
      return;
    }
    if (message.kind === 'forgotten') {
      this.say(this.announced, Math.min(...[...this.entries].map(({ after }) => after)));
      return;
    }
    // What stands behind the stream is away: the page asks itself until it is back, and says so.
    if (message.event.type === 'server.away') noteUnreached();
    else if (!this.generations.isOutdated(message.event)) this.folding.add(message.event);
  }

  private tell(events: readonly LiveEvent[]): void {
    if (events.some(({ type }) => type === 'reset')) for (const listener of this.resetListeners) listener();
    for (const event of events) {
      for (const entry of this.entries) {
        if (!concerns(event, entry)) continue;
        if (event.id !== null) entry.after = event.id;
        entry.listener.onEvent(event);
      }
    }
  }
}

/** The one of this page. */
export const tab = new Tab();

function concerns({ type, id, data }: LiveEvent, { listener, after }: Entry): boolean {
  // Everything may be other than known: the numbers begin anew, too.
  if (type === 'reset') return true;
  if (id !== null && id <= after) return false;
  const { topics } = data;
  return !Array.isArray(topics) || listener.topics.some((topic) => topics.includes(topic));
}

/** To the worker of the browser; where there is none (some phones), to a hub of this page alone. */
function openPort(): MessagePort {
  if (typeof SharedWorker !== 'undefined') {
    return new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'thatch-live' }).port;
  }
  const { port1, port2 } = new MessageChannel();
  new Hub().join(port2);
  return port1;
}
