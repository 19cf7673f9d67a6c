import { z } from 'zod';
import { countCoverageUploads, listCoverageUploads } from '../../database/queries/upload-lists.ts';
import type { Upload } from '../../database/tables.ts';
import { UPLOAD_PAGE, presentUpload } from '../../presenters/upload.ts';
import { NOT_FOUND } from './answer.ts';
import { commitOfPath } from './choose-commit.ts';
import type { RepositoryCall } from './context.ts';
import { repositoryOperation, REPOSITORY_PATH, type Operation } from './operation.ts';
import { answerPage, PAGE_QUERY } from './paging.ts';
import { reasonsOf } from './upload-reasons.ts';

/** Uploads of a commit (public-api §2.6). */
export const UPLOAD_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'commitsUploadsList',
      path: `${REPOSITORY_PATH}/commits/{sha}/uploads`,
      summary: 'Coverage uploads of a commit, oldest first.',
      query: z.object(PAGE_QUERY),
      answer: UPLOAD_PAGE,
      failures: [404],
    },
    async (call) => {
      const commit = await commitOfPath(call);
      if (commit === null) return NOT_FOUND;
      const { kysely } = call.app.database;
      return answerPage(call, {
        count: () => countCoverageUploads(kysely, commit.id),
        items: async (slice) => presentUploads(call, await listCoverageUploads(kysely, commit.id, slice)),
      });
    },
  ),
];

async function presentUploads(call: RepositoryCall<unknown>, uploads: readonly Upload[]) {
  const reasons = call.isExtended ? await reasonsOf(call, uploads) : null;
  // Raw uploads may hold more than the report of a public repository shows: they are for those with a role on it.
  const mayReadRaw = call.role !== null;
  return uploads.map((upload, index) => presentUpload(upload, { mayReadRaw, reasons: reasons?.[index] ?? null }));
}
