import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { type ApiPrincipal, type ApiRefusal, refuseScope } from '../auth/api-principal.ts';
import { networkOf } from '../auth/network.ts';
import { findRepositoryById, type OwnedRepository } from '../database/queries/repositories.ts';
import type { EventType, JournalEvent } from '../events/journal.ts';
import { formatRepository } from '../names.ts';
import { makeThrottle, type Throttle } from './api/throttle.ts';
import { identify } from './identify.ts';
import { JobCountsFeed } from './job-counts.ts';
import { AWAY, EventStream, type StreamEvent } from './event-stream.ts';
import {
  type EventFacts,
  isSameSubscription,
  mayBeTold,
  namesFor,
  subscribe,
  type Subscription,
} from './event-topics.ts';
import { lastEventId } from './last-event-id.ts';

/** The streams of the journal for pages and programs: `/api/ui/events` (web-ui §4.6) and `T/events` (public-api §4.6). */
export async function eventRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  const throttle = makeThrottle(app.config.limits.apiRpm);
  const doors: Doors = { throttle, streams: new OpenStreams(), jobCounts: new JobCountsFeed(app) };
  fastify.get('/api/ui/events', (request, reply) =>
    open(app, doors, request, reply, { names: topicsOf(request), types: null }),
  );
  fastify.get('/api/thatch/v1/repos/:service/:owner/:repo/events', (request, reply) => {
    const { service, owner, repo } = request.params as Readonly<Record<string, string>>;
    return open(app, doors, request, reply, { names: [`repo:${service}/${owner}/${repo}`], types: TOLD_TO_PROGRAMS });
  });
}

/** What webhooks tell too (public-api §4.6). */
const TOLD_TO_PROGRAMS: ReadonlySet<EventType> = new Set<EventType>([
  'upload.parsed',
  'upload.error',
  'commit.merged',
  'commit.complete',
]);

/** Of one token, or one address without a token. */
const MOST_STREAMS = 20;
const RETRY_MS = 1000;
/** Events that wait to be told to one client: one that is so far behind is dropped, and asks for what it missed. */
const MOST_WAITING = 5000;
/** As many as the journal gives at once. */
const REPLAYED = 1000;

/** What all streams share. */
interface Doors {
  /** Opening one asks for the rights to each of its topics. */
  readonly throttle: Throttle;
  readonly streams: OpenStreams;
  readonly jobCounts: JobCountsFeed;
}

interface Wish {
  readonly names: readonly string[];
  /** null = every type. */
  readonly types: ReadonlySet<EventType> | null;
}

async function open(
  app: App,
  { throttle, streams, jobCounts }: Doors,
  request: FastifyRequest,
  reply: FastifyReply,
  { names, types }: Wish,
): Promise<void> {
  const caller = await authenticate(app, request);
  const throttled = throttle(request, caller.kind === 'principal' ? caller.principal : null);
  if (throttled !== null) return turnAway(reply, throttled.headers ?? {}, throttled.detail);
  if (caller.kind === 'refused') return refuse(reply, caller);
  const outcome = await subscribe(app, caller.principal, names);
  if (outcome.kind === 'refused') return refuse(reply, { ...outcome, authenticate: null });
  const leave = streams.enter(keyOf(caller.principal, request));
  if (leave === null) {
    return turnAway(reply, { 'retry-after': '15' }, `At most ${MOST_STREAMS} streams can be open at once.`);
  }
  // Who may no longer read is sent away at the next ping, if no event comes before.
  const mayStay = async (): Promise<boolean> => {
    const again = await authenticate(app, request);
    if (again.kind === 'refused') return false;
    const now = await subscribe(app, again.principal, names);
    if (now.kind === 'refused' || !isSameSubscription(now.subscription, outcome.subscription)) return false;
    // A client on quiet topics that comes again later has not missed what was none of its own.
    follower.mark();
    return true;
  };
  const stream = new EventStream(reply, app.lifecycle, { retryMs: RETRY_MS, mayStay });
  stream.whenClosed(leave);
  const follower = new Follower(app, request, stream, outcome.subscription, types);
  if (outcome.subscription.topics.has('admin')) jobCounts.follow(stream);
  await follower.start(lastEventId(request));
}

/** Passes the journal on to one client, in order. */
class Follower {
  private readonly app: App;
  private readonly request: FastifyRequest;
  private readonly stream: EventStream;
  private readonly subscription: Subscription;
  private readonly types: ReadonlySet<EventType> | null;
  private waiting: JournalEvent[] = [];
  private isTelling = true;
  private lastId = 0;
  private markedId = 0;

  constructor(
    app: App,
    request: FastifyRequest,
    stream: EventStream,
    subscription: Subscription,
    types: ReadonlySet<EventType> | null,
  ) {
    this.app = app;
    this.request = request;
    this.stream = stream;
    this.subscription = subscription;
    this.types = types;
  }

  async start(after: number | null): Promise<void> {
    // Listening begins before the past is read, so that nothing falls between; what is in both is told once.
    this.stream.whenClosed(this.app.events.subscribe((events) => this.add(events)));
    // Pages look themselves what they still can be told.
    if (this.types === null) this.stream.whenClosed(this.app.events.onLoss(() => this.stream.send(AWAY)));
    const newest = await this.app.events.lastId();
    if (after === null) this.beginAt(newest);
    else await this.replay(after, newest);
    await this.tellWaiting();
  }

  /** Tells how far the journal was read for the client, when that is further than its last event. */
  mark(): void {
    if (this.lastId > this.markedId && !this.isTelling) this.stream.mark(this.lastId);
    this.markedId = this.lastId;
  }

  private beginAt(newest: number): void {
    this.lastId = newest;
    this.stream.mark(newest);
  }

  private async replay(after: number, newest: number): Promise<void> {
    this.lastId = after;
    for (;;) {
      // A number that was never given out is of another database.
      const missed = after > newest ? null : await this.app.events.replay(this.lastId);
      if (missed === null) {
        this.lastId = newest;
        return this.stream.send({ event: 'reset', id: newest, data: {} });
      }
      await this.tell(missed);
      if (missed.length < REPLAYED || !this.stream.isOpen) return;
    }
  }

  private add(events: readonly JournalEvent[]): void {
    this.waiting.push(...events);
    if (this.waiting.length > MOST_WAITING) return this.stream.drop();
    if (!this.isTelling) void this.tellWaiting();
  }

  private async tellWaiting(): Promise<void> {
    this.isTelling = true;
    try {
      while (this.waiting.length > 0 && this.stream.isOpen) {
        const events = this.waiting;
        this.waiting = [];
        await this.tell(events);
      }
    } catch (error) {
      this.app.log.warn({ err: error }, 'a stream of events was cut');
      this.stream.drop();
    } finally {
      this.isTelling = false;
    }
  }

  /** Tells those that are wanted and may be told now: the token may have been revoked, the repository made private. */
  private async tell(events: readonly JournalEvent[]): Promise<void> {
    const fresh = events.filter(({ id }) => id > this.lastId);
    const last = fresh.at(-1);
    if (last === undefined) return;
    this.lastId = last.id;
    const shas = await shasOf(this.app, fresh);
    const owners = this.subscription.owners.size === 0 ? new Map() : await ownersOf(this.app, fresh);
    const wanted = fresh
      .filter(({ type }) => this.types === null || this.types.has(type))
      .map((event) => ({ event, names: namesFor(this.subscription, event, factsOf(event, shas, owners)) }))
      .filter(({ names }) => names.length > 0);
    if (wanted.length === 0) return;
    const caller = await authenticate(this.app, this.request);
    if (caller.kind === 'refused') return this.stream.end();
    const repositories = new Map<number, OwnedRepository | null>();
    for (const { event, names } of wanted) {
      const repository = await this.repositoryOf(event, repositories);
      if (!(await mayBeTold(this.app, caller.principal, event, repository))) continue;
      const told = present(event, repository, shas);
      // Pages that share a stream find theirs by it; a program named only one thing.
      this.stream.send(this.types === null ? { ...told, data: { ...told.data, topics: names } } : told);
    }
  }

  private async repositoryOf(
    { repositoryId }: JournalEvent,
    known: Map<number, OwnedRepository | null>,
  ): Promise<OwnedRepository | null> {
    if (repositoryId === null) return null;
    if (!known.has(repositoryId)) {
      known.set(repositoryId, await findRepositoryById(this.app.database.kysely, repositoryId));
    }
    return known.get(repositoryId) ?? null;
  }
}

function present(
  event: JournalEvent,
  repository: OwnedRepository | null,
  shas: ReadonlyMap<number, string>,
): StreamEvent {
  const { id, type, data, at, repositoryId, commitId } = event;
  const named =
    repository === null
      ? {}
      : {
          repo: formatRepository({ service: repository.service, owner: repository.owner_name, name: repository.name }),
          repo_id: repositoryId,
        };
  const commit = commitId === null ? {} : { commit: shas.get(commitId) ?? null, commit_id: commitId };
  return { event: type, id, data: { ...data, ...named, ...commit, at: at.toISOString() } };
}

async function shasOf({ database }: App, events: readonly JournalEvent[]): Promise<Map<number, string>> {
  const ids = [...new Set(events.flatMap(({ commitId }) => commitId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await database.kysely.selectFrom('commits').select(['id', 'sha']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, sha }) => [id, sha]));
}

async function ownersOf({ database }: App, events: readonly JournalEvent[]): Promise<Map<number, number>> {
  const ids = [...new Set(events.flatMap(({ repositoryId }) => repositoryId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await database.kysely
    .selectFrom('repositories')
    .select(['id', 'owner_id'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, owner_id }) => [id, owner_id]));
}

function factsOf(
  { commitId, repositoryId }: JournalEvent,
  shas: ReadonlyMap<number, string>,
  owners: ReadonlyMap<number, number>,
): EventFacts {
  return {
    sha: commitId === null ? null : (shas.get(commitId) ?? null),
    ownerId: repositoryId === null ? null : (owners.get(repositoryId) ?? null),
  };
}

type Caller = { readonly kind: 'principal'; readonly principal: ApiPrincipal } | ApiRefusal;

async function authenticate(app: App, request: FastifyRequest): Promise<Caller> {
  const caller = await identify(app, request);
  if (caller.kind === 'refused') return caller;
  return refuseScope(caller.principal, 'read', 'read:report') ?? caller;
}

async function refuse(
  reply: FastifyReply,
  {
    status,
    detail,
    authenticate: challenge,
  }: Pick<ApiRefusal, 'detail' | 'authenticate'> & { readonly status: number },
): Promise<void> {
  if (challenge !== null) reply.header('www-authenticate', challenge);
  await reply.code(status).send({ detail });
}

async function turnAway(
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
  sentence: string,
): Promise<void> {
  await reply.code(429).headers(headers).send({ detail: sentence });
}

function topicsOf({ raw }: FastifyRequest): string[] {
  const { searchParams } = new URL(raw.url ?? '/', 'http://localhost');
  const names = searchParams.getAll('topics').flatMap((list) => list.split(','));
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

function keyOf(principal: ApiPrincipal, { ip }: FastifyRequest): string {
  return principal.kind === 'user' ? `${principal.by.kind} ${principal.by.id}` : `${principal.kind} ${networkOf(ip)}`;
}

/** How many streams each client has open. */
class OpenStreams {
  private readonly counts = new Map<string, number>();

  /** Null when there are too many; else how to leave again. */
  enter(key: string): (() => void) | null {
    const count = this.counts.get(key) ?? 0;
    if (count >= MOST_STREAMS) return null;
    this.counts.set(key, count + 1);
    return () => {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left === 0) this.counts.delete(key);
      else this.counts.set(key, left);
    };
  }
}
