import { LiveConnection, type LiveConnectionOptions } from './connection.ts';
import type { HubMessage, LiveEvent, LiveState, TabMessage } from './messages.ts';

/** The hub's end of the way to a tab: a `MessagePort`. */
export interface HubPort {
  readonly postMessage: (message: HubMessage) => void;
  readonly addEventListener: (type: 'message', listener: (event: MessageEvent<TabMessage>) => void) => void;
  readonly start: () => void;
}

/** A tab says so often that it is there; hidden ones are slowed down by browsers to once a minute. */
export const ALIVE_MS = 30_000;
const FORGOTTEN_MS = 4 * 60_000;
/** As many as the server takes; a tab whose topics find no room asks instead. */
const MOST_TOPICS = 50;

interface Tab {
  topics: readonly string[];
  heardAt: number;
}

/** Shares one connection among the tabs of a browser: each hears of what it listens to. */
export class Hub {
  private readonly tabs = new Map<HubPort, Tab>();
  private readonly connection: LiveConnection;
  private state: LiveState = { kind: 'idle' };
  private covered: ReadonlySet<string> = new Set();

  constructor(options: Pick<LiveConnectionOptions, 'ask' | 'random'> = {}) {
    this.connection = new LiveConnection({
      ...options,
      onEvent: (event) => this.pass(event),
      onState: (state) => this.tellState(state),
    });
  }

  /** Takes a tab in; it says what it wants by messages. */
  join(port: HubPort): void {
    this.tabs.set(port, { topics: [], heardAt: Date.now() });
    port.addEventListener('message', ({ data }) => this.hear(port, data));
    port.start();
    port.postMessage({ kind: 'state', state: this.state });
  }

  private hear(port: HubPort, message: TabMessage): void {
    if (message.kind === 'leave') {
      this.tabs.delete(port);
      return;
    }
    const tab = this.tabs.get(port) ?? this.takeBack(port);
    tab.heardAt = Date.now();
    this.forgetSilent();
    if (message.kind === 'restart') this.connection.restart();
    if (message.kind === 'listen') this.listen(port, tab, message);
  }

  private listen(port: HubPort, tab: Tab, message: Extract<TabMessage, { kind: 'listen' }>): void {
    tab.topics = message.topics;
    // Those asked for last come first: they belong to the page that somebody looks at.
    const others = [...this.tabs.values()].filter((each) => each !== tab).flatMap(({ topics }) => topics);
    const topics = [...new Set([...message.topics, ...others])].slice(0, MOST_TOPICS);
    this.covered = new Set(topics);
    this.connection.listen({ address: message.address, topics, after: message.after });
    port.postMessage({ kind: 'state', state: this.stateFor(tab) });
  }

  private takeBack(port: HubPort): Tab {
    const tab: Tab = { topics: [], heardAt: Date.now() };
    this.tabs.set(port, tab);
    port.postMessage({ kind: 'forgotten' });
    return tab;
  }

  private forgetSilent(): void {
    const now = Date.now();
    for (const [port, { heardAt }] of this.tabs) {
      if (now - heardAt > FORGOTTEN_MS) this.tabs.delete(port);
    }
  }

  private pass(event: LiveEvent): void {
    const { topics } = event.data;
    for (const [port, tab] of this.tabs) {
      if (!Array.isArray(topics) || tab.topics.some((topic) => topics.includes(topic)))
        port.postMessage({ kind: 'event', event });
    }
  }

  private tellState(state: LiveState): void {
    this.state = state;
    for (const [port, tab] of this.tabs) port.postMessage({ kind: 'state', state: this.stateFor(tab) });
  }

  private stateFor({ topics }: Tab): LiveState {
    const isCovered = topics.every((topic) => this.covered.has(topic));
    return this.state.kind === 'live' && !isCovered ? { kind: 'polling', since: Date.now() } : this.state;
  }
}
