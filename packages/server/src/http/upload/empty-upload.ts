import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { Commit } from '../../database/tables.ts';
import { changedPaths } from '../../pipeline/changed-paths.ts';
import { testableFiles } from '../../pipeline/not-testable.ts';
import { type Answer, detail, json } from './answer.ts';
import { readBody } from './body.ts';
import { findCommitOfPath } from './commit-of-path.ts';
import { enter, parameter, pathTarget } from './gate.ts';
import { check, EMPTY_UPLOAD } from './schemas.ts';
import { addAddress } from './scope.ts';

/** E: `/upload/SERVICE/SLUG/commits/SHA/empty-upload`: says that a commit needs no tests (upload-protocol §5.5). */
export async function emptyUploadRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  addAddress(fastify, app, '/upload/:service/:slug/commits/:sha/empty-upload', { POST: judgeChanges });
}

const FORCED = 'Force option was enabled. Triggering passing notifications.';
const ALL_IGNORED = 'All changed files are ignored. Triggering passing notifications.';
const SOME_TESTABLE = 'Some files cannot be ignored. Triggering failing notifications.';

async function judgeChanges(app: App, request: FastifyRequest): Promise<Answer> {
  const body = await readBody(request);
  const knock = { endpoint: 'E', target: pathTarget(request), sha: parameter(request, 'sha') } as const;
  const entry = await enter(app, request, knock);
  if (entry.kind === 'refused') return entry.answer;
  const found = await findCommitOfPath(app, request, entry.repository);
  if (found.kind === 'answer') return found.answer;
  const checked = check(EMPTY_UPLOAD, body);
  if (checked.kind === 'answer') return checked.answer;
  if (checked.value.should_force) return json(200, { result: FORCED, non_ignored_files: [] });
  const changed = await changedFiles(app, found.commit);
  if (changed === null) return changesUnknown(found.commit);
  const testable = testableFiles(changed, app.config.site.ignore);
  return json(200, { result: testable.length === 0 ? ALL_IGNORED : SOME_TESTABLE, non_ignored_files: testable });
}

/** Without a forge to ask, the diff that the uploader sent tells what changed. */
async function changedFiles(app: App, commit: Commit): Promise<string[] | null> {
  if (commit.diff_key === null) return null;
  const bytes = await app.objects.read(commit.diff_key);
  return bytes === null ? null : changedPaths(new TextDecoder().decode(bytes));
}

function changesUnknown({ pull, sha }: Commit): Answer {
  const sentence =
    pull === null ? `Unable to get pull request for commit: ${sha}` : "Unable to get pull request's files.";
  return detail(404, sentence, {
    code: 'changes_unknown',
    hint: 'No forge is connected and no diff of this commit was sent: send one with "thatch upload", or use the option --force.',
  });
}
