import { LineTable, type Totals } from '@thatch/engine';
import { z } from 'zod';
import { listCoverageUploadsAfter } from '../../database/queries/upload-lists.ts';
import { partsOfCommit } from '../../database/queries/upload-merging.ts';
import type { Upload } from '../../database/tables.ts';
import { EXPLAINED_LINES, presentExplainedLines, type UploadLines } from '../../presenters/line.ts';
import { UPLOAD_REASONS_LIST } from '../../presenters/upload-reasons.ts';
import { VERDICTS } from '../../presenters/verdict.ts';
import { NOT_FOUND, type ApiAnswer } from './answer.ts';
import { commitOfPath } from './choose-commit.ts';
import type { RepositoryCall } from './context.ts';
import { OWN_REPOSITORY_PATH, REPORT_SCOPES, repositoryOperation, type Operation } from './operation.ts';
import { CURSOR_QUERY, readCursor, writeCursor } from './paging.ts';
import { integerParameter } from './query.ts';
import { reasonsOf } from './upload-reasons.ts';

const LINES_QUERY = z.object({
  ...CURSOR_QUERY,
  line: integerParameter('Only this line.', { least: 1 }),
});

/** Why: our own addresses (public-api §4.2). */
export const OWN_OPERATIONS: readonly Operation[] = [
  repositoryOperation(
    {
      id: 'uploadReasonsList',
      path: `${OWN_REPOSITORY_PATH}/commits/{sha}/uploads`,
      summary: 'Why each upload of a commit counts as it does, oldest first.',
      query: z.object(CURSOR_QUERY),
      answer: UPLOAD_REASONS_LIST,
      failures: [404],
    },
    async (call) => {
      const commit = await commitOfPath(call);
      if (commit === null) return NOT_FOUND;
      const slice = readCursor(call.query);
      if (slice.kind === 'failure') return slice;
      const { after, limit } = slice;
      const found = await listCoverageUploadsAfter(call.app.database.kysely, commit.id, after, limit + 1);
      const shown = found.slice(0, limit);
      const next = found.length > limit ? writeCursor(shown[limit - 1].id) : null;
      return { kind: 'json', value: { data: await reasonsOf(call, shown), next_cursor: next } };
    },
  ),
  repositoryOperation(
    {
      id: 'linesList',
      path: `${OWN_REPOSITORY_PATH}/commits/{sha}/lines/{path*}`,
      summary: 'Which uploads say what about the lines of a file, and which of them decides.',
      query: LINES_QUERY,
      answer: EXPLAINED_LINES,
      scopes: REPORT_SCOPES,
      failures: [404],
    },
    explainLines,
  ),
  repositoryOperation(
    {
      id: 'verdictsList',
      path: `${OWN_REPOSITORY_PATH}/commits/{sha}/verdicts`,
      summary: 'Verdicts on a commit, with their reasons.',
      query: z.object({}),
      answer: VERDICTS,
      failures: [404],
    },
    async (call) => {
      const commit = await commitOfPath(call);
      // Nothing judges yet, so there is none.
      return commit === null ? NOT_FOUND : { kind: 'json', value: [] };
    },
  ),
];

async function explainLines(call: RepositoryCall<z.output<typeof LINES_QUERY>>): Promise<ApiAnswer> {
  const commit = await commitOfPath(call);
  if (commit === null || commit.report_key === null) return NOT_FOUND;
  const slice = readCursor(call.query);
  if (slice.kind === 'failure') return slice;
  const path = call.parameter('path');
  const merged = await readFile(call, commit.report_key, path);
  if (merged === null) return NOT_FOUND;
  const { line } = call.query;
  const wanted =
    line === undefined ? linesAfter(merged.table, slice.after, slice.limit + 1) : lineIfKnown(merged.table, line);
  const lines = wanted.slice(0, slice.limit);
  const uploads = await readUploads(call, await partsOfCommit(call.app.database.kysely, commit.id), path);
  return {
    kind: 'json',
    value: {
      data: presentExplainedLines(lines, merged.table, uploads),
      next_cursor: wanted.length > lines.length ? writeCursor(lines[lines.length - 1]) : null,
    },
  };
}

function linesAfter(table: LineTable, after: number, most: number): number[] {
  const lines: number[] = [];
  for (const line of table.lines()) {
    if (line > after) lines.push(line);
    if (lines.length === most) break;
  }
  return lines;
}

function lineIfKnown(table: LineTable, wanted: number): number[] {
  for (const line of table.lines()) if (line === wanted) return [line];
  return [];
}

/** The file as each upload has it; those without it are left out. */
async function readUploads(
  call: RepositoryCall<unknown>,
  uploads: readonly Upload[],
  path: string,
): Promise<UploadLines[]> {
  const files: (ReadFile & { readonly upload: Upload })[] = [];
  for (const upload of uploads) {
    const file = upload.part_key === null ? null : await readFile(call, upload.part_key, path);
    if (file !== null) files.push({ upload, ...file });
  }
  // report-model §3.7: a Ruby file that was only loaded does not count beside one that ran.
  const hasNoise = path.endsWith('.rb') && files.some(({ totals }) => totals.hits > 0);
  return files.map(({ upload, table, totals }) => ({
    upload,
    table,
    counts: !hasNoise || totals.hits > 0 || totals.partials > 0,
  }));
}

interface ReadFile {
  readonly table: LineTable;
  readonly totals: Totals;
}

async function readFile({ reports }: RepositoryCall<unknown>, key: string, path: string): Promise<ReadFile | null> {
  const held = await reports.hold(key);
  if (held === null) return null;
  try {
    const entry = held.report.directory.find(path);
    if (entry === null) return null;
    const table = new LineTable();
    held.report.read(entry, table);
    return { table, totals: entry.totals };
  } finally {
    held.release();
  }
}
