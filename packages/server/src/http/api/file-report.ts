import { LineTable } from '@thatch/engine';
import { z } from 'zod';
import { findFirstParent } from '../../database/queries/commit-lists.ts';
import { findCommit } from '../../database/queries/commits.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { FILE_REPORT, presentFileReport } from '../../presenters/file-report.ts';
import { invalidList, NOT_FOUND, type ApiAnswer } from './answer.ts';
import { chooseCommit, COMMIT_QUERY } from './choose-commit.ts';
import type { RepositoryCall } from './context.ts';
import { repositoryOperation, REPOSITORY_PATH, REPORT_SCOPES, type Operation } from './operation.ts';
import { fileAddress } from './page-address.ts';
import { integerParameter, textParameter } from './query.ts';

const FARTHEST_BACK = 20;

const QUERY = z.object({
  ...COMMIT_QUERY,
  walk_back: integerParameter(
    `How many ancestors may be asked when the commit is not complete or lacks the file, at most ${FARTHEST_BACK}.`,
  ),
  oldest_sha: textParameter('The last commit that is asked.'),
});

/** One file of a report (public-api §2.8). */
export const FILE_REPORT_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'fileReportRetrieve',
      path: `${REPOSITORY_PATH}/file_report/{path*}`,
      summary: 'Lines of one file, of the commit or its nearest ancestor that has them.',
      query: QUERY,
      answer: FILE_REPORT,
      scopes: REPORT_SCOPES,
      failures: [404],
    },
    async (call) => {
      const walkBack = Math.max(0, call.query.walk_back ?? 0);
      if (walkBack > FARTHEST_BACK) return invalidList(`walk_back must be at most ${FARTHEST_BACK}.`);
      const first = await chooseCommit(call);
      if (first === null) return NOT_FOUND;
      for await (const commit of ancestry(call, first, walkBack)) {
        // Asked for this commit alone, what there is of it is the answer; else only what is whole counts.
        if (walkBack > 0 && commit.state !== 'complete') continue;
        const found = await readFile(call, commit);
        if (found !== null) return found;
      }
      return NOT_FOUND;
    },
  ),
];

/** The commit and its first parents that are known here, `steps` back at most, none beyond `oldest_sha`. */
async function* ancestry(
  { app, repository, query }: RepositoryCall<z.output<typeof QUERY>>,
  first: Commit,
  steps: number,
): AsyncGenerator<Commit> {
  const { kysely } = app.database;
  const oldest = query.oldest_sha === undefined ? null : parseSha(query.oldest_sha);
  yield first;
  let { sha } = first;
  for (let step = 0; step < steps; step++) {
    if (oldest !== null && sha.startsWith(oldest)) return;
    const parent = await findFirstParent(kysely, repository.id, sha);
    if (parent === null) return;
    sha = parent;
    const commit = await findCommit(kysely, repository.id, sha);
    if (commit !== null) yield commit;
  }
}

async function readFile(call: RepositoryCall<unknown>, commit: Commit): Promise<ApiAnswer | null> {
  const held = commit.report_key === null ? null : await call.reports.hold(commit.report_key);
  if (held === null) return null;
  try {
    const entry = held.report.directory.find(pathOf(call));
    if (entry === null) return null;
    const table = new LineTable();
    held.report.read(entry, table);
    const url = fileAddress(call, { sha: commit.sha, path: entry.path, isFile: true });
    return { kind: 'json', value: presentFileReport({ entry, table, sha: commit.sha, url }) };
  } finally {
    held.release();
  }
}

/** A final slash is no part of a name (public-api §1.1). */
function pathOf({ parameter }: RepositoryCall<unknown>): string {
  return parameter('path').replace(/\/$/, '');
}
