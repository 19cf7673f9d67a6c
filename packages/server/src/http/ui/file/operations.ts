import { ABSENT, LineTable, totalsOf } from '@thatch/engine';
import { z } from 'zod';
import { findCommit, resolveCommit } from '../../../database/queries/commits.ts';
import { partsOfCommit } from '../../../database/queries/upload-merging.ts';
import type { Commit, Upload } from '../../../database/tables.ts';
import { parseSha, type Service } from '../../../names.ts';
import { readSource } from '../../../pipeline/sources.ts';
import { presentExplainedLines } from '../../../presenters/line.ts';
import { isoTime } from '../../../presenters/time.ts';
import { FIXES } from '../../../presenters/upload-reasons.ts';
import { booleanParameter, integerParameter, textParameter, textsParameter } from '../../api/query.ts';
import { answer, NOT_THERE, type UiAnswer } from '../answer.ts';
import { titleOf } from '../commit-brief.ts';
import type { Absence, FileAnswer, FileInReport, FileUploadsAnswer, LineAnswer, LineUpload } from '../contract/file.ts';
import { presentCoverageOf } from '../numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation, type UiRepositoryCall } from '../operation.ts';
import { REF_QUERY, resolveRef } from '../refs.ts';
import { viewCommit } from '../report-view.ts';
import { lastLineOf, letterOf, presentLines } from './lines.ts';
import { findNearest, findNeighbours } from './neighbours.ts';
import { describeSource } from './source.ts';
import {
  chooseUploads,
  findDropped,
  isFiltering,
  linesInUploads,
  mergeFileOf,
  totalsInUploads,
  type FileOfUpload,
  type UploadFilter,
} from './uploads.ts';

const FILE_QUERY = z.object({
  ...REF_QUERY,
  flags: textsParameter('Only uploads with one of these flags.'),
  upload: textsParameter('Only these uploads.'),
  text: booleanParameter('Whether the text comes too.'),
});

const PLACE_QUERY = z.object({
  sha: textParameter('Commit.'),
  path: textParameter('Path of the file.'),
});

const LINE_QUERY = PLACE_QUERY.extend({ line: integerParameter('Number of the line.', { least: 1 }) });

/** More are not looked at for one file: each is an object to open. */
const MOST_UPLOADS = 500;
const MOST_NEAREST = 5;
const MOST_DROPPED = 5;

/** One file of a commit: lines, text, where each value comes from (web-ui §3.7). */
export const FILE_OPERATIONS: readonly UiOperation[] = [
  repositoryPage({ path: `${UI_REPOSITORY}/file`, query: FILE_QUERY }, describeFile),
  repositoryPage({ path: `${UI_REPOSITORY}/file/uploads`, query: PLACE_QUERY }, describeUploads),
  repositoryPage({ path: `${UI_REPOSITORY}/file/line`, query: LINE_QUERY }, explainLine),
  repositoryPage(
    { path: `${UI_REPOSITORY}/source/{blob}`, query: z.object({ download: textParameter('Name to save it as.') }) },
    sendSource,
  ),
];

async function describeFile(call: UiRepositoryCall<z.output<typeof FILE_QUERY>>): Promise<UiAnswer> {
  const { kysely } = call.app.database;
  const place = await resolveRef(kysely, call.repository, call.query);
  const commit = place === null ? null : await findCommit(kysely, call.repository.id, place.sha);
  if (place === null || commit === null) return NOT_THERE;
  const { path } = place;
  const uploads = await partsOfCommit(kysely, commit.id);
  const filter: UploadFilter = { flags: call.query.flags ?? [], uploads: call.query.upload ?? [] };
  const found = await readFile(call, commit, path, uploads, filter);
  const lastLine = found?.lastLine ?? 0;
  const source = await describeSource(call, commit, path, { lastLine, uploads, wantsText: call.query.text === true });
  return answer<FileAnswer>({
    ref: place.ref,
    ref_kind: place.kind,
    path,
    commit: {
      sha: commit.sha,
      title: titleOf(commit.message),
      at: isoTime(commit.committed_at ?? commit.created_at),
      is_pending: commit.wanted_generation > commit.merged_generation,
    },
    report: found?.report ?? null,
    absence: found === null ? await describeAbsence(call, commit, path, uploads) : null,
    source,
    forge_url: forgeAddress(call, commit.sha, path),
  });
}

interface FoundFile {
  readonly report: FileInReport;
  readonly lastLine: number;
}

async function readFile(
  call: UiRepositoryCall<unknown>,
  commit: Commit,
  path: string,
  uploads: readonly Upload[],
  filter: UploadFilter,
): Promise<FoundFile | null> {
  const { report_key: key } = commit;
  const held = key === null ? null : await call.reports.hold(key);
  if (held === null) return null;
  try {
    const { report } = held;
    const entry = report.directory.find(path);
    if (entry === null) return null;
    const table = new LineTable();
    report.read(entry, table);
    const shown = isFiltering(filter) ? await readFiltered(call, commit, path, { uploads, filter }) : table;
    return {
      lastLine: lastLineOf(table),
      report: {
        coverage: presentCoverageOf(entry.totals),
        filtered: shown === table ? null : presentCoverageOf(totalsOf(shown)),
        lines: presentLines(shown),
        ...findNeighbours(report, path),
        files: report.directory.size,
      },
    };
  } finally {
    held.release();
  }
}

/** The lines that a filter leaves. Of more uploads than are opened for one file the whole report is made, which is kept for the next one. */
async function readFiltered(
  call: UiRepositoryCall<unknown>,
  commit: Commit,
  path: string,
  { uploads, filter }: { readonly uploads: readonly Upload[]; readonly filter: UploadFilter },
): Promise<LineTable> {
  const chosen = chooseUploads(uploads, filter);
  if (chosen.length <= MOST_UPLOADS) {
    return (await mergeFileOf(call.reports, chosen, path, filter)) ?? new LineTable();
  }
  const held = await (await viewCommit(call, commit, filter))?.hold();
  try {
    const entry = held?.report.directory.find(path) ?? null;
    const table = new LineTable();
    if (held !== undefined && entry !== null) held.report.read(entry, table);
    return table;
  } finally {
    held?.release();
  }
}

async function describeAbsence(
  { reports }: UiRepositoryCall<unknown>,
  { report_key: key }: Commit,
  path: string,
  uploads: readonly Upload[],
): Promise<Absence> {
  const held = key === null ? null : await reports.hold(key);
  let nearest: readonly string[] = [];
  try {
    if (held !== null) nearest = findNearest(held.report, path, MOST_NEAREST);
  } finally {
    held?.release();
  }
  const dropped = await findDropped(reports, uploads.slice(-MOST_UPLOADS), path, MOST_DROPPED);
  return {
    has_report: held !== null,
    nearest,
    dropped: dropped.map(({ upload, path: named, reason }) => ({
      upload: upload.external_id,
      name: upload.name,
      path: named,
      reason,
      fix: FIXES[reason],
    })),
  };
}

async function describeUploads(call: UiRepositoryCall<z.output<typeof PLACE_QUERY>>): Promise<UiAnswer> {
  const commit = await commitOf(call);
  if (commit === null) return NOT_THERE;
  const all = await partsOfCommit(call.app.database.kysely, commit.id);
  const looked = all.slice(-MOST_UPLOADS);
  const found = await totalsInUploads(call.reports, looked, call.query.path ?? '');
  const flags = new Set(found.flatMap(({ upload }) => upload.flags));
  return answer<FileUploadsAnswer>({
    uploads: found.map(({ upload, totals }) => ({
      id: upload.external_id,
      name: upload.name,
      flags: upload.flags,
      at: isoTime(upload.created_at),
      coverage: presentCoverageOf(totals),
    })),
    flags: [...flags].sort(),
    left_off: all.length - looked.length,
  });
}

async function explainLine(call: UiRepositoryCall<z.output<typeof LINE_QUERY>>): Promise<UiAnswer> {
  const { path = '', line = 0 } = call.query;
  const commit = await commitOf(call);
  const merged = commit === null ? null : await readMerged(call, commit, path);
  if (commit === null || merged === null || !isKnown(merged, line)) return NOT_THERE;
  const all = await partsOfCommit(call.app.database.kysely, commit.id);
  const files = await linesInUploads(call.reports, all.slice(-MOST_UPLOADS), path);
  // report-model §3.7: a Ruby file that was only loaded does not count beside one that ran.
  const hasNoise = path.endsWith('.rb') && files.some(({ totals }) => totals.hits > 0);
  const [explained] = presentExplainedLines(
    [line],
    merged,
    files.map((file) => ({ ...file, counts: !hasNoise || file.totals.hits > 0 || file.totals.partials > 0 })),
  );
  const byId = new Map(files.map((file) => [file.upload.external_id, file]));
  return answer<LineAnswer>({
    line,
    class: letterOf(merged.valueOf(line)),
    value: explained.value,
    missing: explained.missing_branches,
    uploads: explained.uploads.flatMap((said) => {
      const file = byId.get(said.upload_id);
      return file === undefined ? [] : [presentLineUpload(said, file, line)];
    }),
  });
}

function presentLineUpload(
  said: ReturnType<typeof presentExplainedLines>[number]['uploads'][number],
  { upload, table }: FileOfUpload,
  line: number,
): LineUpload {
  return {
    id: upload.external_id,
    name: upload.name,
    flags: upload.flags,
    at: isoTime(upload.created_at),
    format: said.format,
    class: letterOf(table.valueOf(line)),
    value: said.raw_value,
    missing: said.missing_branches,
    rule: said.rule,
  };
}

async function readMerged(
  { reports }: UiRepositoryCall<unknown>,
  { report_key: key }: Commit,
  path: string,
): Promise<LineTable | null> {
  const held = key === null ? null : await reports.hold(key);
  if (held === null) return null;
  try {
    const entry = held.report.directory.find(path);
    if (entry === null) return null;
    const table = new LineTable();
    held.report.read(entry, table);
    return table;
  } finally {
    held.release();
  }
}

function isKnown(table: LineTable, line: number): boolean {
  return table.valueOf(line) !== ABSENT;
}

async function commitOf({
  app,
  repository,
  query,
}: UiRepositoryCall<z.output<typeof PLACE_QUERY>>): Promise<Commit | null> {
  const sha = parseSha(query.sha ?? '');
  return sha === null ? null : resolveCommit(app.database.kysely, repository.id, sha);
}

/** The bytes as they came, as text: never as something that a browser would run. */
async function sendSource(call: UiRepositoryCall<{ readonly download?: string }>): Promise<UiAnswer> {
  const blob = call.parameter('blob');
  const bytes = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(blob)
    ? await readSource(call.app, call.repository.id, blob)
    : null;
  if (bytes === null) return NOT_THERE;
  const { download } = call.query;
  const headers =
    download === undefined
      ? undefined
      : {
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(nameOf(download)).replaceAll("'", '%27')}`,
        };
  return { kind: 'bytes', type: 'text/plain; charset=utf-8', bytes, headers };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toWellFormed();
}

/** Hosted forges have a known address; where others live is not known before they are configured. */
const FORGES: Readonly<Partial<Record<Service, (slug: string, rest: string) => string>>> = {
  github: (slug, rest) => `https://github.com/${slug}/blob/${rest}`,
  gitlab: (slug, rest) => `https://gitlab.com/${slug}/-/blob/${rest}`,
  bitbucket: (slug, rest) => `https://bitbucket.org/${slug}/src/${rest}`,
};

function forgeAddress({ repository }: UiRepositoryCall<unknown>, sha: string, path: string): string | null {
  // A browser would go up by them: to a repository that is not this one.
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return null;
  const encode = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
  const slug = encode(`${repository.owner_name.replaceAll(':', '/')}/${repository.name}`);
  return FORGES[repository.service]?.(slug, `${sha}/${encode(path)}`) ?? null;
}
