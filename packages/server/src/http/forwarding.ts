import type { FastifyRequest } from 'fastify';
import { forward, isNotPage, joinPath, serviceOf, splitPath } from '@thatch/web/addresses';
import type { AddressQuestion, NamedRepository } from '@thatch/web/addresses';
import type { App } from '../app.ts';
import type { ApiPrincipal } from '../auth/api-principal.ts';
import { accessRepository } from '../auth/repository-access.ts';
import { resolveCommit } from '../database/queries/commits.ts';
import { findRepository, type OwnedRepository } from '../database/queries/repositories.ts';
import { parseService, parseSha, shortService } from '../names.ts';
import type { OpenReports } from '../reports/open-reports.ts';
import type { Throttle } from './api/throttle.ts';
import { identify } from './identify.ts';

/** What answering takes. */
export interface ForwardingContext {
  readonly app: App;
  readonly reports: OpenReports;
}

/** The same for requests of pages. */
export interface PageForwardingContext extends ForwardingContext {
  /** An address in groups is looked up at every place where its repository may be. */
  readonly throttle: Throttle;
}

/** Another address for the one that was asked for. */
export interface Forwarded {
  readonly status: 302 | 308;
  /** Path and query, without the prefix of the installation. */
  readonly to: string;
}

/**
 * Where a request for a page leads (web-ui §1.3): 308 for what is pure text; 302 for what data tells, and only to who may read the
 * repository, so that nobody learns of one (decision 8 of the pages). Null = it stays, also for who asks too often: the interface asks again.
 */
export async function forwardPage(context: PageForwardingContext, request: FastifyRequest): Promise<Forwarded | null> {
  const [path, search] = cut(request.url);
  const forwarding = forward(path, search);
  if (forwarding?.kind === 'moved') return { status: 308, to: forwarding.to };
  if (forwarding?.kind === 'found') return { status: 302, to: forwarding.to };
  if (!isOfRepository(path)) return null;
  const known = await identify(context.app, request);
  if (known.kind === 'refused' || context.throttle(request, known.principal) !== null) return null;
  const to = await resolveAddress(context, known.principal, request.url);
  return to === null ? null : { status: 302, to };
}

/**
 * The address that an old one, or one in another spelling, stands for by what is stored; null when it stands for itself or is of nothing
 * that `principal` may read.
 *
 * @param address path and query, percent-encoded
 */
export async function resolveAddress(
  context: ForwardingContext,
  principal: ApiPrincipal,
  address: string,
): Promise<string | null> {
  let current = address;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [path, search] = cut(current);
    const forwarding = forward(path, search);
    const next =
      forwarding === null
        ? await respell(context, principal, path, search)
        : forwarding.kind === 'asks'
          ? await answerQuestion(context, principal, forwarding.question, forwarding.search)
          : forwarding.to;
    if (next === null || next === current) break;
    current = next;
  }
  return current === address ? null : current;
}

/** Groups, then an old tab, then a path: no address needs more. */
const MOST_STEPS = 4;

function cut(address: string): readonly [path: string, search: string] {
  const at = address.indexOf('?');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at)];
}

function isOfRepository(path: string): boolean {
  const segments = splitPath(path);
  if (segments === null || segments.length < 3 || isNotPage(segments)) return false;
  return serviceOf(segments[0]) !== null;
}

/** Hosted forges ignore case: the stored spelling is the one that is shown. */
async function respell(
  context: ForwardingContext,
  principal: ApiPrincipal,
  path: string,
  search: string,
): Promise<string | null> {
  const segments = splitPath(path);
  const service = segments === null || segments.length < 3 ? null : serviceOf(segments[0]);
  if (segments === null || service === null) return null;
  const [, owner, name, ...rest] = segments;
  const repository = await findReadable(context, principal, { service, owner, name });
  if (repository === null || (repository.owner_name === owner && repository.name === name)) return null;
  return joinPath([service, repository.owner_name, repository.name, ...rest]) + search;
}

async function answerQuestion(
  context: ForwardingContext,
  principal: ApiPrincipal,
  question: AddressQuestion,
  search: string,
): Promise<string | null> {
  if (question.kind === 'groups') {
    for (const { repository, rest } of question.candidates) {
      const found = await findReadable(context, principal, repository);
      if (found !== null) return joinPath([...segmentsOf(found), ...rest]) + search;
    }
    return null;
  }
  const found = await findReadable(context, principal, question.repository);
  if (found === null) return null;
  const below = await placeInReport(context, found, question.sha, question.paths);
  return joinPath([...segmentsOf(found), 'commit', question.sha, ...below]) + search;
}

function segmentsOf({ service, owner_name: owner, name }: OwnedRepository): readonly string[] {
  return [shortService(service), owner, name];
}

/** The tab and path of the first path that is something in the report of a commit; empty for the commit itself. */
async function placeInReport(
  { app, reports }: ForwardingContext,
  repository: OwnedRepository,
  shaText: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const sha = parseSha(shaText);
  const commit = sha === null ? null : await resolveCommit(app.database.kysely, repository.id, sha);
  if (commit === null || commit.report_key === null) return [];
  const held = await reports.hold(commit.report_key);
  if (held === null) return [];
  try {
    const { directory } = held.report;
    for (const path of paths) {
      if (directory.find(path) !== null) return ['blob', ...path.split('/')];
      for (const entry of directory.files()) {
        if (entry.path.startsWith(`${path}/`)) return ['tree', ...path.split('/')];
      }
    }
    return [];
  } finally {
    held.release();
  }
}

async function findReadable(
  { app }: ForwardingContext,
  principal: ApiPrincipal,
  { service, owner, name }: NamedRepository,
): Promise<OwnedRepository | null> {
  const known = parseService(service);
  // The database has no NUL in its texts, so nothing there can be meant.
  if (known === null || `${owner}${name}`.includes('\u0000')) return null;
  const { kysely } = app.database;
  const access = await accessRepository(
    { database: kysely, guestAccess: app.config.setup.guestAccess },
    {
      principal,
      repository: await findRepository(kysely, { service: known, owner, name }),
      method: 'GET',
    },
  );
  return access.kind === 'allowed' ? access.repository : null;
}
