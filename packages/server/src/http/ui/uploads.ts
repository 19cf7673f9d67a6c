import { coberturaText, lcovText, type DroppedSource, type StoredReport } from '@thatch/engine';
import { z } from 'zod';
import { accessRepository } from '../../auth/repository-access.ts';
import { findCommitById } from '../../database/queries/commits.ts';
import { findRepositoryById } from '../../database/queries/repositories.ts';
import { problemsOf } from '../../database/queries/upload-problems.ts';
import { findUpload } from '../../database/queries/uploads.ts';
import type { Commit, Upload } from '../../database/tables.ts';
import { inspectUpload } from '../../pipeline/inspect.ts';
import { removeUpload, reprocess } from '../../pipeline/change-uploads.ts';
import { answer, EMPTY, NOT_THERE, type UiAnswer, type UiFailure } from './answer.ts';
import { commitOfCall } from './commit.ts';
import type {
  DroppedFiles,
  FixTrialAnswer,
  InspectionAnswer,
  ReprocessAnswer,
  UploadAnswer,
} from './contract/commit.ts';
import {
  personOperation,
  repositoryPage,
  UI_REPOSITORY,
  type UiCall,
  type UiOperation,
  type UiRepositoryCall,
} from './operation.ts';
import { presentProblem, presentUploadRows } from './upload-row.ts';

const RULE = z
  .string()
  .max(1000, 'A rule has at most 1,000 characters.')
  .refine((rule) => rule.includes('::'), 'A rule is written as before::after.')
  .refine((rule) => !rule.includes('\u0000'), 'Null characters are not allowed.');

/** Uploads: what is known of one, why it does not count, and what members may do (web-ui §3.6). */
export const UPLOAD_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/uploads/{id}` }, async (call) => {
    const found = await uploadOfCall(call);
    return found === null ? NOT_THERE : answer(await describeUpload(call, found));
  }),
  repositoryPage({ path: `${UI_REPOSITORY}/uploads/{id}/inspection` }, async (call) => {
    const found = await uploadOfCall(call);
    if (found === null) return NOT_THERE;
    // Raw uploads may hold more than the report shows: they are for those with a role.
    const wanted = { fixes: null, showsReports: call.role !== null };
    const { hasTree, total, unmatched, suggestion, files } = await inspectUpload(call.app, found, wanted);
    return answer<InspectionAnswer>({
      has_tree: hasTree,
      total,
      unmatched,
      suggestion,
      files: call.role === null ? [] : files,
    });
  }),
  personOperation(
    {
      method: 'POST',
      path: '/uploads/{id}/try-fixes',
      // It changes nothing.
      scope: 'read',
      body: z.object({ fixes: z.array(RULE).min(1, 'Give a rule.').max(50, 'At most 50 rules can be tried.') }),
    },
    async (call) => {
      const found = await readableUpload(call);
      if (found === null) return NOT_THERE;
      const { trial, total } = await inspectUpload(call.app, found, { fixes: call.body.fixes, showsReports: false });
      return answer<FixTrialAnswer>(trial ?? { matched: 0, total, examples: [] });
    },
  ),
  repositoryPage(
    {
      method: 'POST',
      path: `${UI_REPOSITORY}/commits/{sha}/reprocess`,
      needs: 'member',
      scope: 'repo:write',
      body: z.object({ upload: z.string().max(100).optional() }),
    },
    reprocessUploads,
  ),
  repositoryPage(
    { method: 'DELETE', path: `${UI_REPOSITORY}/uploads/{id}`, needs: 'admin', scope: 'repo:write' },
    async (call): Promise<UiAnswer> => {
      const found = await uploadOfCall(call);
      if (found === null) return NOT_THERE;
      if ((await removeUpload(call.app, found.commit, found.upload)) === 'busy') return BUSY;
      audit(call, 'upload.deleted', found);
      return EMPTY;
    },
  ),
  repositoryPage({ path: `${UI_REPOSITORY}/commits/{sha}/report.lcov` }, (call) => download(call, AS_LCOV)),
  repositoryPage({ path: `${UI_REPOSITORY}/commits/{sha}/report.xml` }, (call) => download(call, AS_COBERTURA)),
];

interface FoundUpload {
  readonly upload: Upload;
  readonly commit: Commit;
}

async function uploadOfCall(call: UiRepositoryCall): Promise<FoundUpload | null> {
  const found = await findCoverageUpload(call);
  return found?.upload.repository_id === call.repository.id ? found : null;
}

/** An upload without its repository in the address: to who may not read that, it is not there. */
async function readableUpload(call: UiCall): Promise<FoundUpload | null> {
  const { app, principal } = call;
  const found = await findCoverageUpload(call);
  const { kysely } = app.database;
  const repository = found === null ? null : await findRepositoryById(kysely, found.upload.repository_id);
  const options = { database: kysely, guestAccess: app.config.setup.guestAccess };
  const access = await accessRepository(options, { principal, repository, method: 'GET' });
  return access.kind === 'allowed' ? found : null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function findCoverageUpload({ app, parameter }: UiCall): Promise<FoundUpload | null> {
  const id = parameter('id').toLowerCase();
  // The column takes nothing else.
  const upload = UUID.test(id) ? await findUpload(app.database.kysely, id) : null;
  if (upload === null || upload.kind !== 'coverage') return null;
  const commit = await findCommitById(app.database.kysely, upload.commit_id);
  return commit === null ? null : { upload, commit };
}

async function describeUpload(call: UiRepositoryCall, { upload, commit }: FoundUpload): Promise<UploadAnswer> {
  const { kysely } = call.app.database;
  const [row] = await presentUploadRows(kysely, [upload]);
  const problems = (await problemsOf(kysely, [upload.id])).get(upload.id) ?? [];
  return {
    sha: commit.sha,
    upload: row,
    problems: problems.map(presentProblem),
    notices: upload.notices.map(({ code, message }) => ({ code, message })),
    dropped: await droppedOf(call, upload),
    raw_path: call.role === null ? null : rawPath(call, upload),
  };
}

/** The address that sends a person on to the signed one (upload-protocol §1.3, L). */
function rawPath({ repository }: UiRepositoryCall, { raw_key: key }: Upload): string | null {
  if (key === null) return null;
  const place = [repository.service, repository.owner_name, repository.name].map(encodeURIComponent).join('/');
  return `/upload/${place}/download?path=${encodeURIComponent(key)}`;
}

const MOST_EXAMPLES = 5;

async function droppedOf({ reports }: UiRepositoryCall, { part_key: key }: Upload): Promise<DroppedFiles[]> {
  const held = key === null ? null : await reports.hold(key);
  if (held === null) return [];
  try {
    return groupDropped(held.report.dropped);
  } finally {
    held.release();
  }
}

function groupDropped(dropped: readonly DroppedSource[]): DroppedFiles[] {
  const groups = Map.groupBy(dropped, ({ reason }) => reason);
  return [...groups].map(([reason, sources]) => ({
    reason,
    count: sources.length,
    examples: sources.slice(0, MOST_EXAMPLES).map(({ path }) => path),
  }));
}

async function reprocessUploads(
  call: UiRepositoryCall<unknown, { readonly upload?: string | undefined }>,
): Promise<UiAnswer> {
  const commit = await commitOfCall(call);
  if (commit === null) return NOT_THERE;
  const { upload: id } = call.body;
  const upload = id === undefined || !UUID.test(id) ? null : await findUpload(call.app.database.kysely, id);
  if (id !== undefined && upload?.commit_id !== commit.id) return NOT_THERE;
  const uploads = await reprocess(call.app, commit, upload);
  audit(call, 'uploads.reprocessed', { commit, upload });
  return answer<ReprocessAnswer>({ uploads });
}

/** A report as other tools read it. */
interface TakenAs {
  readonly type: string;
  /** End of the file's name. */
  readonly ending: string;
  readonly write: (report: StoredReport) => Iterable<string>;
}

const AS_LCOV: TakenAs = { type: 'text/plain; charset=utf-8', ending: 'lcov.info', write: lcovText };

const AS_COBERTURA: TakenAs = {
  type: 'application/xml; charset=utf-8',
  ending: 'cobertura.xml',
  write: (report) => coberturaText(report, new Date()),
};

async function download(call: UiRepositoryCall, { type, ending, write }: TakenAs): Promise<UiAnswer> {
  const commit = await commitOfCall(call);
  const held = commit?.report_key == null ? null : await call.reports.hold(commit.report_key);
  if (commit === null || held === null) return NOT_THERE;
  return {
    kind: 'stream',
    type,
    headers: { 'content-disposition': `attachment; filename="${commit.sha.slice(0, 12)}.${ending}"` },
    pieces: write(held.report),
    release: held.release,
  };
}

/** Who changed what (web-ui §3.6 "audited"). */
function audit(
  { app, principal, repository }: UiRepositoryCall,
  act: string,
  { commit, upload }: { readonly commit: Commit; readonly upload: Upload | null },
): void {
  app.log.info(
    {
      audit: act,
      user: principal.kind === 'user' ? principal.name : principal.kind,
      repository: `${repository.service}/${repository.owner_name}/${repository.name}`,
      commit: commit.sha,
      upload_id: upload?.external_id ?? null,
    },
    'a person changed uploads',
  );
}

const BUSY: UiFailure = {
  kind: 'failure',
  status: 409,
  code: 'upload_busy',
  detail: 'This upload is being finished at this moment.',
  hint: 'Try again in a second.',
};
