import type { App } from '../app.ts';
import { findRole } from '../database/queries/grants.ts';
import { findRepository, findRepositoryById, type OwnedRepository } from '../database/queries/repositories.ts';
import { accessRepository } from '../auth/repository-access.ts';
import type { ApiPrincipal } from '../auth/api-principal.ts';
import type { JournalEvent } from '../events/journal.ts';
import { isFullSha, parseRepositoryName, parseSha } from '../names.ts';

/** What somebody listens to, resolved to our own ids (web-ui §4.6, with names as decision 14 has them). */
export interface Subscription {
  /** Topics as the journal writes them: `repo:7`, `commit:12`, `owner:3`, `setup`, `admin`. */
  readonly topics: ReadonlySet<string>;
  /** `commit:gh/acme/web@SHA`: known by name, as the commit may come later; `REPOSITORY@SHA`. */
  readonly commits: ReadonlySet<string>;
}

export type SubscriptionOutcome =
  | { readonly kind: 'subscribed'; readonly subscription: Subscription }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404; readonly detail: string };

const MOST_TOPICS = 50;

/** Resolves the topics of a request and checks that its sender may listen to each. One that may not be read is the same as none. */
export async function subscribe(
  app: App,
  principal: ApiPrincipal,
  names: readonly string[],
): Promise<SubscriptionOutcome> {
  if (names.length === 0) return wrong('Name what to listen to: topics=repo:gh/acme/web,commit:gh/acme/web@SHA.');
  if (names.length > MOST_TOPICS) return wrong(`At most ${MOST_TOPICS} topics can be listened to at once.`);
  const topics = new Set<string>();
  const commits = new Set<string>();
  for (const name of names) {
    const resolved = await resolve(app, principal, name);
    if (resolved.kind === 'refused') return resolved;
    (resolved.kind === 'topic' ? topics : commits).add(resolved.key);
  }
  return { kind: 'subscribed', subscription: { topics, commits } };
}

/** Whether an event is one of those listened to; `sha` is that of its commit. */
export function isWanted({ topics, commits }: Subscription, event: JournalEvent, sha: string | null): boolean {
  if (event.topics.some((topic) => topics.has(topic))) return true;
  return sha !== null && event.repositoryId !== null && commits.has(`${event.repositoryId}@${sha}`);
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
  | Extract<SubscriptionOutcome, { readonly kind: 'refused' }>;

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
  if (row === undefined) return ABSENT;
  const repository = await findReadable(app, principal, String(row.repository_id));
  return repository === null ? ABSENT : { kind: 'topic', key: `commit:${id}` };
}

/** Of an owner, everybody is told of what they may read; only those with a role on it may listen at all. */
async function resolveOwner(app: App, principal: ApiPrincipal, text: string): Promise<Resolved> {
  const id = numberOf(text);
  if (id === null || principal.kind !== 'user') return ABSENT;
  const role = await findRole(app.database.kysely, principal.userId, { id: 0, owner_id: id });
  return principal.isAdmin || role !== null ? { kind: 'topic', key: `owner:${id}` } : ABSENT;
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
