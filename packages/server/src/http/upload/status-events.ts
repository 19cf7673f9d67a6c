import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { isFinal, type UploadStatus } from '../../presenters/upload-status.ts';
import { EventStream, type StreamEvent } from '../event-stream.ts';
import { lastEventId } from '../last-event-id.ts';
import type { ReadableUpload } from './status-access.ts';
import { showUpload } from './upload-answer.ts';

const RETRY_MS = 2000;

/** Which keys of the answer each event tells of, in the order in which they are told. */
const PARTS = [
  ['problem', ['problems']],
  ['totals', ['upload_totals', 'commit_totals']],
  ['verdict', ['verdicts', 'compare']],
  ['state', ['state']],
] as const satisfies readonly (readonly [string, readonly (keyof UploadStatus)[]])[];

/**
 * Streams what changes of an upload's answer until nothing will any more (upload-protocol §8.2): events with the changed keys, at the end
 * `done`. A client that comes back with `Last-Event-ID` is told everything again only if something happened since.
 */
export async function streamUpload(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  { upload, key }: ReadableUpload,
): Promise<void> {
  // No event tells that an address ran out, so that is looked for at each ping.
  const mayStay = async (): Promise<boolean> => {
    teller.lookAgain();
    return true;
  };
  const stream = new EventStream(reply, app.lifecycle, { retryMs: RETRY_MS, mayStay });
  const teller = new Teller(stream, () => showUpload(app, request, upload, { key }));
  // Listening begins before the first look: what happens in between is looked at again.
  const stopListening = app.events.subscribe((events) => {
    const last = events.findLast((event) => event.commitId === upload.commit_id);
    if (last !== undefined) teller.look(last.id);
  });
  stream.whenClosed(stopListening);
  const after = lastEventId(request);
  const newest = await app.events.lastId();
  if (after !== null && (await isQuietSince(app, after, newest, upload.commit_id))) teller.skipTo();
  teller.look(newest);
}

/** Whether a client that has seen event `after` knows the commit as it is. */
async function isQuietSince(app: App, after: number, newest: number, commitId: number): Promise<boolean> {
  if (after > newest) return false;
  const events = await app.events.replay(after);
  return events !== null && events.length < REPLAYED && events.every((event) => event.commitId !== commitId);
}

/** As many as the journal gives at once: with these the rest is not known. */
const REPLAYED = 1000;

/** Tells differences between one look and the next, one look after the other. */
class Teller {
  private readonly stream: EventStream;
  private readonly read: () => Promise<UploadStatus | null>;
  private known: UploadStatus | null = null;
  private isSkipping = false;
  private looking: Promise<void> | null = null;
  private wanted: number | null = null;
  private lastId = 0;

  constructor(stream: EventStream, read: () => Promise<UploadStatus | null>) {
    this.stream = stream;
    this.read = read;
  }

  /** The first look is not told: the client has seen it. */
  skipTo(): void {
    this.isSkipping = true;
  }

  /** Looks soon; calls during a look are one more look. */
  look(id: number): void {
    this.wanted = Math.max(id, this.wanted ?? 0);
    this.looking ??= this.lookAll()
      // The client comes again, and the journal tells it what it missed.
      .catch(() => this.stream.drop())
      .finally(() => {
        this.looking = null;
      });
  }

  /** Looks though nothing was told. */
  lookAgain(): void {
    this.look(this.lastId);
  }

  private async lookAll(): Promise<void> {
    while (this.wanted !== null && this.stream.isOpen) {
      const id = this.wanted;
      this.wanted = null;
      this.lastId = id;
      const status = await this.read();
      if (status === null) return this.stream.end();
      this.tell(status, id);
      if (isFinal(status)) return this.stream.end();
    }
  }

  private tell(status: UploadStatus, id: number): void {
    const events: StreamEvent[] = this.isSkipping ? [] : changes(this.known, status);
    this.isSkipping = false;
    this.known = status;
    if (isFinal(status)) events.push({ event: 'done', data: { state: status.state } });
    // Only the last has the number: a client that lost the connection before it asks for all of them again.
    events.forEach((event, index) => this.stream.send(index === events.length - 1 ? { ...event, id } : event));
  }
}

function changes(known: UploadStatus | null, status: UploadStatus): StreamEvent[] {
  return PARTS.flatMap(([event, keys]) => {
    const changed = keys.filter((key) => isChanged(known, status, key));
    if (changed.length === 0) return [];
    return [{ event, data: Object.fromEntries(changed.map((key) => [key, status[key]])) }];
  });
}

function isChanged(known: UploadStatus | null, status: UploadStatus, key: keyof UploadStatus): boolean {
  const before = known === null ? undefined : JSON.stringify(known[key]);
  const after = JSON.stringify(status[key]);
  // At first, what is not known yet is no news.
  return before === undefined ? after !== 'null' && after !== '[]' : before !== after;
}
