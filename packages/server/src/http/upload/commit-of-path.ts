import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import { resolveCommit } from '../../database/queries/commits.ts';
import type { Commit, Repository } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { type Answer, sentence } from './answer.ts';
import { parameter } from './gate.ts';

/** The commit that a path names, or the answer that says why there is none. */
export type CommitOfPath =
  | { readonly kind: 'commit'; readonly commit: Commit }
  | { readonly kind: 'answer'; readonly answer: Answer };

/** Finds the commit of `…/commits/SHA/…`. An unknown one is 400 there, not 404 (upload-protocol §1.5). */
export async function findCommitOfPath(
  app: App,
  request: FastifyRequest,
  repository: Pick<Repository, 'id'>,
): Promise<CommitOfPath> {
  const sha = parseSha(parameter(request, 'sha'));
  if (sha === null) return { kind: 'answer', answer: sentence(400, NO_SHA) };
  const commit = await resolveCommit(app.database.kysely, repository.id, sha);
  return commit === null ? { kind: 'answer', answer: sentence(400, NOT_FOUND) } : { kind: 'commit', commit };
}

const NOT_FOUND = 'Commit SHA not found';
const NO_SHA = `${NOT_FOUND}: a commit is named by 7 to 64 hexadecimal digits.`;
