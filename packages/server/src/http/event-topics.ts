import type { App } from '../app.ts';
import { findRole } from '../database/queries/grants.ts';
import { findRepository, findRepositoryById, type OwnedRepository } from '../database/queries/repositories.ts';
import { isOwnerVisible } from '../database/queries/owner-overview.ts';
import { findOwner } from '../database/queries/owners.ts';
import { accessRepository, visibilityOf } from '../auth/repository-access.ts';
import type { ApiPrincipal } from '../auth/api-principal.ts';
import type { JournalEvent } from '../events/journal.ts';
import { isFullSha, parseRepositoryName, parseService, parseSha } from '../names.ts';

/**
 * What somebody listens to, resolved to our own ids (web-ui §4.6, with names as decision 14 has them), each with the names under which it
 * was asked for.
 */
export interface Subscription {
  /** Topics as the journal writes them: `repo:7`, `commit:12`, `setup`, `admin`. */
  readonly topics: ReadonlyMap<string, readonly string[]>;
  /** `commit:gh/acme/web@SHA`: known by name, as the commit may come later; `REPOSITORY@SHA`. */
  readonly commits: ReadonlyMap<string, readonly string[]>;
  /** Owners by id: of all their repositories that may be read. */
  readonly owners: ReadonlyMap<number, readonly string[]>;
}

/** What belongs to an event and is looked up once for many. */
export interface EventFacts {
  /** Of its commit. */
  readonly sha: string | null;
  /** Of its repository; looked up only where somebody listens to an owner. */
  readonly ownerId: number | null;
}

export type SubscriptionOutcome =
  | { readonly kind: 'subscribed'; readonly subscription: Subscription }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404; readonly detail: string };

const MOST_TOPICS = 50;

/**
 * Resolves the topics of a request and checks that its sender may listen to each. One that may not be read is the same as none. A stream is
 * shared by all pages of a browser, so what may not be heard is left out as long as something is left.
 */
export async function subscribe(
  app: App,
  principal: ApiPrincipal,
  names: readonly string[],
): Promise<SubscriptionOutcome> {
  if (names.length === 0) return wrong('Name what to listen to: topics=repo:gh/acme/web,commit:gh/acme/web@SHA.');
  if (names.length > MOST_TOPICS) return wrong(`At most ${MOST_TOPICS} topics can be listened to at once.`);
  const topics = new Map<string, string[]>();
  const commits = new Map<string, string[]>();
  const owners = new Map<number, string[]>();
  let refusal: Extract<SubscriptionOutcome, { readonly kind: 'refused' }> | null = null;
  for (const name of names) {
    const resolved = await resolve(app, principal, name);
    if (resolved.kind === 'refused') {
      if (resolved.status === 400) return resolved;
      refusal ??= resolved;
    } else if (resolved.kind === 'owner') note(owners, resolved.id, name);
    else note(resolved.kind === 'topic' ? topics : commits, resolved.key, name);
  }
  if (refusal !== null && topics.size + commits.size + owners.size === 0) return refusal;
  return { kind: 'subscribed', subscription: { topics, commits, owners } };
}

/** Under which of the names asked for an event is wanted; none = it is not. */
export function namesFor(
  { topics, commits, owners }: Subscription,
  event: JournalEvent,
  { sha, ownerId }: EventFacts,
): readonly string[] {
  const ofCommit = sha === null || event.repositoryId === null ? null : `${event.repositoryId}@${sha}`;
  return [
    ...event.topics.flatMap((topic) => topics.get(topic) ?? []),
    ...(ofCommit === null ? [] : (commits.get(ofCommit) ?? [])),
    ...(ownerId === null ? [] : (owners.get(ownerId) ?? [])),
  ];
}

/** Whether two subscriptions are to the same. */
export function isSameSubscription(one: Subscription, other: Subscription): boolean {
  return (['topics', 'commits', 'owners'] as const).every((part) => {
    const [ours, theirs] = [[...one[part].keys()], new Set<string | number>(other[part].keys())];
    return ours.length === theirs.size && ours.every((key) => theirs.has(key));
  });
}

/** Whether somebody may be told of an event, at this moment. */
export async function mayBeTold(
  app: App,
  principal: ApiPrincipal,
  event: JournalEvent,
  repository: OwnedRepository | null,
): Promise<boolean> {
  const isAdmin = principal.kind === 'user' && principal.isAdmin;
  if (event.repositoryId === null) return isAdmin;
  // Refusals name addresses of strangers: for members, not for readers of a public repository.
  if (event.type === 'upload.refused') return isAdmin || (await isMember(app, principal, repository));
  return mayRead(app, principal, repository);
}

type Resolved =
  | { readonly kind: 'topic' | 'commit'; readonly key: string }
  | { readonly kind: 'owner'; readonly id: number }
  | Extract<SubscriptionOutcome, { readonly kind: 'refused' }>;

function note<Key>(names: Map<Key, string[]>, key: Key, name: string): void {
  const known = names.get(key);
  if (known === undefined) names.set(key, [name]);
  else known.push(name);
}

async function resolve(app: App, principal: ApiPrincipal, name: string): Promise<Resolved> {
  if (name === 'setup' || name === 'admin') {
    const isAdmin = principal.kind === 'user' && principal.isAdmin;
    return isAdmin
      ? { kind: 'topic', key: name }
      : { kind: 'refused', status: 403, detail: `${name} is for administrators.` };
  }
  const [, kind, rest = ''] = /^(repo|commit|owner):(.+)$/.exec(name) ?? [];
  if (kind === 'repo') return resolveRepository(app, principal, rest);
  if (kind === 'commit') return resolveCommit(app, principal, rest);
  if (kind === 'owner') return resolveOwner(app, principal, rest);
  return wrong(`${JSON.stringify(name.slice(0, 100))} is no topic.`);
}

async function resolveRepository(app: App, principal: ApiPrincipal, text: string): Promise<Resolved> {
  const repository = await findReadable(app, principal, text);
  return repository === null ? ABSENT : { kind: 'topic', key: `repo:${repository.id}` };
}

async function resolveCommit(app: App, principal: ApiPrincipal, text: string): Promise<Resolved> {
  const [repositoryText, shaText] = text.split('@', 2);
  if (shaText !== undefined) {
    const sha = parseSha(shaText);
    if (sha === null || !isFullSha(sha)) return wrong('A commit is named by its full id.');
    const repository = await findReadable(app, principal, repositoryText);
    return repository === null ? ABSENT : { kind: 'commit', key: `${repository.id}@${sha}` };
  }
  const id = numberOf(text);
  const row =
    id === null
      ? undefined
      : await app.database.kysely.selectFrom('commits').select('repository_id').where('id', '=', id).executeTakeFirst();
  // Asked for none too: how long the answer takes must not tell of what is private.
  const repository = await findReadable(app, principal, String(row?.repository_id ?? 0));
  return repository === null ? ABSENT : { kind: 'topic', key: `commit:${id}` };
}

/** `owner:3` or `owner:gh/acme`: for whoever can see one of its repositories; each event is checked again by its own repository. */
async function resolveOwner(app: App, principal: ApiPrincipal, text: string): Promise<Resolved> {
  const { kysely } = app.database;
  const id = numberOf(text) ?? (await findOwnerId(app, text));
  const options = { database: kysely, guestAccess: app.config.setup.guestAccess };
  const isSeen = await isOwnerVisible(kysely, id ?? 0, await visibilityOf(options, principal));
  return id !== null && isSeen ? { kind: 'owner', id } : ABSENT;
}

async function findOwnerId({ database }: App, text: string): Promise<number | null> {
  const slash = text.indexOf('/');
  const service = slash < 0 ? null : parseService(text.slice(0, slash));
  if (service === null) return null;
  return (await findOwner(database.kysely, { service, owner: text.slice(slash + 1) }))?.id ?? null;
}

async function findReadable(app: App, principal: ApiPrincipal, text: string): Promise<OwnedRepository | null> {
  const { kysely } = app.database;
  const id = numberOf(text);
  const named = id === null ? parseRepositoryName(text) : null;
  const repository =
    id !== null ? await findRepositoryById(kysely, id) : named === null ? null : await findRepository(kysely, named);
  return (await mayRead(app, principal, repository)) ? repository : null;
}

async function mayRead(app: App, principal: ApiPrincipal, repository: OwnedRepository | null): Promise<boolean> {
  const options = { database: app.database.kysely, guestAccess: app.config.setup.guestAccess };
  return (await accessRepository(options, { principal, repository, method: 'GET' })).kind === 'allowed';
}

async function isMember(app: App, principal: ApiPrincipal, repository: OwnedRepository | null): Promise<boolean> {
  if (principal.kind !== 'user' || repository === null) return false;
  const role = await findRole(app.database.kysely, principal.userId, repository);
  return role === 'member' || role === 'admin';
}

function numberOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function wrong(sentence: string): Extract<SubscriptionOutcome, { readonly kind: 'refused' }> {
  return { kind: 'refused', status: 400, detail: sentence };
}

const ABSENT: Extract<SubscriptionOutcome, { readonly kind: 'refused' }> = {
  kind: 'refused',
  status: 404,
  detail: 'Not found.',
};
