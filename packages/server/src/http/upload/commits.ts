import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { App } from '../../app.ts';
import type { Accepted } from '../../auth/upload-authorization.ts';
import { listCommits, saveCommit, type SavedCommit } from '../../database/queries/commits.ts';
import { apiAddress } from './address.ts';
import { type Answer, detail, json } from './answer.ts';
import { peekText, readBody } from './body.ts';
import { commitObject } from './commit-object.ts';
import { enter, hasToken, pathTarget } from './gate.ts';
import { check, COMMIT } from './schemas.ts';
import { addAddress } from './scope.ts';

/** A and A′: `/upload/SERVICE/SLUG/commits` (upload-protocol §1.3). */
export async function commitRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits', { POST: createCommit, GET: showCommits });
}

/** A: makes the commit known, or fills in what is not known of it. */
async function createCommit(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const entry = await enter(app, request, {
    endpoint: 'A',
    target: pathTarget(request),
    sha: peekText(body, 'commitid'),
    branch: peekText(body, 'branch'),
  });
  if (entry.kind === 'refused') return entry.answer;
  const checked = check(COMMIT, body);
  if (checked.kind === 'answer') return checked.answer;
  const commit = await rememberCommit(app, entry, checked.value);
  return json(201, commitObject(commit, entry.repository));
}

/**
 * Stores what A and D say of a commit: empty fields are filled; who shows a token may also correct parent and pull (upload-protocol
 * §5.2).
 */
export async function rememberCommit(
  app: App,
  accepted: Accepted,
  facts: z.output<typeof COMMIT>,
): Promise<SavedCommit> {
  const { commitid, branch, parent_commit_id, pullid } = facts;
  const commit = await saveCommit(
    app.database.kysely,
    accepted.repository.id,
    { sha: commitid, branch, parentSha: parent_commit_id, pull: pullid },
    { branch: false, parentAndPull: hasToken(accepted) },
  );
  if (commit.is_new) tellNewCommit(app, commit);
  return commit;
}

/** Tells who listens of a commit that was not known before. */
export function tellNewCommit(app: App, commit: SavedCommit): void {
  app.events.publish({
    type: 'commit.created',
    repositoryId: commit.repository_id,
    commitId: commit.id,
    data: {
      commit: commit.sha,
      branch: commit.branch,
      parents: commit.parent_sha === null ? [] : [commit.parent_sha],
    },
  });
}

const PAGE_SIZE = 20;
const LARGEST_PAGE = 100;

/** A′: the commits of a repository, newest first. */
async function showCommits(app: App, request: FastifyRequest): Promise<Answer> {
  const entry = await enter(app, request, { endpoint: 'A', target: pathTarget(request) });
  if (entry.kind === 'refused') return entry.answer;
  const query = request.query as Readonly<Record<string, unknown>>;
  const size = Math.min(wholeNumber(query['page_size']) ?? PAGE_SIZE, LARGEST_PAGE);
  const page = query['page'] === undefined ? 1 : wholeNumber(query['page']);
  if (page === null) return detail(404, 'Invalid page.');
  const { commits, count } = await listCommits(app.database.kysely, entry.repository.id, size, (page - 1) * size);
  if (page > 1 && commits.length === 0) return detail(404, 'Invalid page.');
  return json(200, {
    count,
    next: page * size < count ? pageAddress(app, request, page + 1) : null,
    previous: page > 1 ? pageAddress(app, request, page - 1) : null,
    results: commits.map((commit) => commitObject(commit, entry.repository)),
  });
}

function wholeNumber(value: unknown): number | null {
  if (typeof value !== 'string' || !/^[1-9]\d{0,8}$/.test(value)) return null;
  return Number(value);
}

function pageAddress(app: App, request: FastifyRequest, page: number): string {
  const address = new URL(apiAddress(app, request));
  const asked = new URL(request.url, 'http://localhost');
  const path = address.pathname.replace(/\/$/, '') + asked.pathname;
  asked.searchParams.set('page', String(page));
  return `${address.origin}${path}${asked.search}`;
}
