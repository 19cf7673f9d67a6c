import { addTotals, emptyTotals, type FileEntry, type StoredReport, type Totals } from '@thatch/engine';
import { listMergedWithFlag } from '../../database/queries/upload-lists.ts';
import type { Commit } from '../../database/tables.ts';
import { mergeChoice } from '../../pipeline/merge.ts';
import type { HeldReport } from '../../reports/open-reports.ts';
import { NOT_FOUND, type ApiFailure } from './answer.ts';
import { chooseCommit, COMMIT_QUERY } from './choose-commit.ts';
import type { RepositoryCall } from './context.ts';
import { textParameter } from './query.ts';

/** How totals, report and tree choose what they show (public-api §2.8). */
export const SELECTION_QUERY = {
  ...COMMIT_QUERY,
  path: textParameter('Only files whose path starts with this, taken literally.'),
  flag: textParameter('Only uploads with this flag.'),
  component_id: textParameter('Only files of this component.'),
};

/** A parsed {@link SELECTION_QUERY}. */
export interface SelectionQuery {
  readonly sha?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly flag?: string;
  readonly component_id?: string;
}

/** The report of a commit, or of one flag of it. */
export interface ChosenReport {
  readonly kind: 'chosen';
  readonly commit: Commit;
  /** Uploads that the report counts. */
  readonly sessions: number;
  /** Tells the report from every other. */
  readonly tag: string;
  /** Opens it, each time the same one. Null when nothing was uploaded for the flag. */
  readonly hold: () => Promise<HeldReport | null>;
}

/** Finds what a query means. 404 for what is unknown and for a commit without a report. */
export async function chooseReport(call: RepositoryCall<SelectionQuery>): Promise<ChosenReport | ApiFailure> {
  const { flag = '', component_id: component = '' } = call.query;
  const commit = await chooseCommit(call);
  if (commit === null || commit.report_key === null) return NOT_FOUND;
  // No configuration of a repository is read yet, so it names no component.
  if (component !== '') return NOT_FOUND;
  if (flag !== '') return chooseFlag(call, commit, flag);
  const key = commit.report_key;
  return {
    kind: 'chosen',
    commit,
    sessions: commit.sessions ?? 0,
    tag: key,
    hold: async () => {
      const held = await call.reports.hold(key);
      if (held === null) throw new Error(`the report ${key} is not in the storage`);
      return held;
    },
  };
}

/** Files of a report that a path selects, in the order of the report. Without a path all. */
export function* selectFiles(report: StoredReport, path: string): Generator<FileEntry> {
  for (const entry of report.directory.files()) if (entry.path.startsWith(path)) yield entry;
}

/** Their totals. */
export function sumFiles(files: Iterable<FileEntry>): Totals {
  const sum = emptyTotals();
  for (const { totals } of files) {
    addTotals(sum, totals);
    // One file's own totals count no files.
    sum.files++;
  }
  return sum;
}

async function chooseFlag(
  { app, reports }: RepositoryCall<unknown>,
  commit: Commit,
  flag: string,
): Promise<ChosenReport> {
  const uploads = await listMergedWithFlag(app.database.kysely, commit.id, flag);
  // Parts never change, so their names tell all that the report is made from.
  const tag = `flag ${uploads.map(({ part_key }) => part_key).join(' ')}`;
  const hold = async () => (uploads.length === 0 ? null : reports.holdMade(tag, () => mergeChoice(app, uploads)));
  return { kind: 'chosen', commit, sessions: uploads.length, tag, hold };
}
