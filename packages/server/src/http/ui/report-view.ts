import { createHash } from 'node:crypto';
import { findCommitById, resolveCommit } from '../../database/queries/commits.ts';
import { listMergedOf, type UploadChoice } from '../../database/queries/upload-choosing.ts';
import type { Commit } from '../../database/tables.ts';
import { parseSha } from '../../names.ts';
import { mergeChoice } from '../../pipeline/merge.ts';
import type { HeldReport } from '../../reports/open-reports.ts';
import type { ReportFiles } from '../../reports/report-files.ts';
import { textParameter, textsParameter } from '../api/query.ts';
import type { UiContext, UiRepositoryCall } from './operation.ts';

/** How everything about files chooses its report. */
export const REPORT_QUERY = {
  sha: textParameter('The commit.'),
  flags: textsParameter('Only uploads with one of these flags.'),
  uploads: textsParameter('Only these uploads.'),
  search: textParameter('Only paths that hold this text.'),
};

/** A parsed {@link REPORT_QUERY}. */
export interface ReportQuery {
  readonly sha?: string;
  readonly flags?: readonly string[];
  readonly uploads?: readonly string[];
  readonly search?: string;
}

/** The report of a commit, or of some uploads of it. */
export interface ReportView {
  readonly commit: Commit;
  /** Opens it. */
  readonly hold: () => Promise<HeldReport>;
  /** Its files with their counts. */
  readonly list: () => Promise<ReportFiles>;
}

/** The report that a query means; null when the commit is unknown or has none, or no upload of it fits. */
export async function viewReport(call: UiRepositoryCall<ReportQuery>): Promise<ReportView | null> {
  const { app, repository, query } = call;
  const sha = parseSha(query.sha ?? '');
  const commit = sha === null ? null : await resolveCommit(app.database.kysely, repository.id, sha);
  if (commit === null) return null;
  return viewCommit(call, commit, { flags: query.flags ?? [], uploads: query.uploads ?? [] });
}

/** The report of a commit that is known. */
export async function viewCommit(
  context: UiContext,
  commit: Commit,
  choice: UploadChoice = { flags: [], uploads: [] },
): Promise<ReportView | null> {
  const key = commit.report_key;
  if (key === null) return null;
  if (choice.flags.length > 0 || choice.uploads.length > 0) return viewChoice(context, commit, choice);
  const hold = () => holdNewest(context, commit.id, key);
  return { commit, hold, list: () => context.listed.list(key, hold) };
}

/** The object of a report may be replaced by that of a newer merge while it is asked for. */
async function holdNewest({ app, reports }: UiContext, commitId: number, key: string): Promise<HeldReport> {
  const held = await reports.hold(key);
  if (held !== null) return held;
  const newest = (await findCommitById(app.database.kysely, commitId))?.report_key ?? null;
  const again = newest === null || newest === key ? null : await reports.hold(newest);
  if (again === null) throw new Error(`the report ${key} is not in the storage`);
  return again;
}

async function viewChoice(context: UiContext, commit: Commit, choice: UploadChoice): Promise<ReportView | null> {
  const { app, reports, listed } = context;
  const uploads = await listMergedOf(app.database.kysely, commit.id, choice);
  if (uploads.length === 0) return null;
  // Parts never change, so their names tell all that the report is made from.
  const parts = uploads.map(({ part_key }) => part_key).join(' ');
  const name = `choice ${createHash('sha256').update(parts).digest('base64url')}`;
  const hold = () => reports.holdMade(name, () => mergeChoice(app, uploads));
  return { commit, hold, list: () => listed.list(name, hold) };
}
