import type { FastifyReply } from 'fastify';
import type { Lifecycle } from '../lifecycle.ts';

/** One event as a browser's `EventSource` gets it. */
export interface StreamEvent {
  readonly event: string;
  /** With it a client that lost the connection asks for what came later; none = this event alone is no place to go on from. */
  readonly id?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventStreamOptions {
  /** Milliseconds until a client that lost the connection comes again. */
  readonly retryMs: number;
  /** Called before each ping; false ends the stream: who read it may not any more. */
  readonly mayStay?: () => Promise<boolean>;
}

/** What stands behind the stream is away: no event can be told for now. */
export const AWAY: StreamEvent = { event: 'server.away', data: {} };

const PING_MS = 15_000;
/** A client that does not read so much is dropped: it comes again and is told what it missed. */
const MOST_BUFFERED = 1024 * 1024;

/**
 * A stream of server-sent events (HTML Standard): pings while nothing happens, is dropped when its client does not read, and ends when the
 * server drains, after an event that says so.
 */
export class EventStream {
  private readonly response: FastifyReply['raw'];
  private readonly pinging: NodeJS.Timeout;
  private readonly stopWatching: () => void;
  private readonly onClose: (() => void)[] = [];

  constructor(reply: FastifyReply, lifecycle: Lifecycle, options: EventStreamOptions) {
    reply.hijack();
    this.response = reply.raw;
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies must not gather what is to arrive at once.
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    this.response.write(`retry: ${options.retryMs}\n\n`);
    this.pinging = setInterval(() => void this.ping(options.mayStay), PING_MS);
    this.stopWatching = lifecycle.onPhase((phase) => {
      if (phase === 'draining') this.drain();
    });
    this.response.once('close', () => this.closed());
    this.response.on('error', () => {});
    if (lifecycle.phase === 'draining') this.drain();
  }

  get isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  /** Calls `listener` when the stream has ended, whoever ended it; at once when it has already. */
  whenClosed(listener: () => void): void {
    if (this.isOpen) this.onClose.push(listener);
    else listener();
  }

  send({ event, id, data }: StreamEvent): void {
    this.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Tells where the client is without an event. */
  mark(id: number): void {
    this.write(`id: ${id}\n\n`);
  }

  /** Ends the stream after what was sent. */
  end(): void {
    if (this.isOpen) this.response.end();
    this.closed();
  }

  /** Drops the client: it comes again. */
  drop(): void {
    this.response.destroy();
    this.closed();
  }

  private async ping(mayStay: EventStreamOptions['mayStay']): Promise<void> {
    const stays = mayStay === undefined || (await mayStay().catch(() => null));
    if (stays === false) return this.end();
    // A database that is away is no reason to send anybody away; pages look themselves and say it.
    if (stays === null) this.send(AWAY);
    else this.write(': ping\n\n');
  }

  private drain(): void {
    this.send({ event: 'server.draining', data: {} });
    this.end();
  }

  private write(text: string): void {
    if (!this.isOpen) return;
    this.response.write(text);
    if (this.response.writableLength > MOST_BUFFERED) this.drop();
  }

  private closed(): void {
    clearInterval(this.pinging);
    this.stopWatching();
    for (const listener of this.onClose.splice(0)) listener();
  }
}
