import {
  COMMIT_RULES,
  FLAG_RULES,
  LineTable,
  mergeFile,
  type DropReason,
  type DroppedSource,
  type MergePart,
  type Totals,
} from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';
import type { Upload } from '../../../database/tables.ts';
import type { HeldReport, OpenReports } from '../../../reports/open-reports.ts';

/** Which uploads a page counts. */
export interface UploadFilter {
  /** Those with any of these flags; empty = all. */
  readonly flags: readonly string[];
  /** Those of these ids; empty = all. */
  readonly uploads: readonly string[];
}

/** Whether a filter leaves anything out. */
export function isFiltering({ flags, uploads }: UploadFilter): boolean {
  return flags.length > 0 || uploads.length > 0;
}

/** The uploads that a filter leaves. */
export function chooseUploads(all: readonly Upload[], { flags, uploads }: UploadFilter): Upload[] {
  return all.filter(
    (upload) =>
      (flags.length === 0 || upload.flags.some((flag) => flags.includes(flag))) &&
      (uploads.length === 0 || uploads.includes(upload.external_id)),
  );
}

/**
 * One file over the parts of some uploads. A flag's numbers are folded as everywhere for flags (`selection.ts`), a choice of uploads as a
 * commit is. Null when none of them has the file.
 */
export async function mergeFileOf(
  reports: OpenReports,
  uploads: readonly Upload[],
  path: string,
  filter: UploadFilter,
): Promise<LineTable | null> {
  const held: HeldReport[] = [];
  try {
    const parts: MergePart[] = [];
    for (const { part_key, raw_sha256, flags, name, job } of uploads) {
      const part = part_key === null ? null : await reports.hold(part_key);
      if (part === null) continue;
      // What has nothing of the file is given back at once: of a commit's parts few have it, and open files are counted.
      if (part.report.directory.find(path) === null) part.release();
      else {
        held.push(part);
        parts.push({ stored: part.report, rawDigest: raw_sha256!, flags, name, job });
      }
    }
    return mergeFile(parts, path, nodeCodec, filter.uploads.length === 0 ? FLAG_RULES : COMMIT_RULES);
  } finally {
    for (const part of held) part.release();
  }
}

/** A file as one upload has it. */
export interface FileOfUpload {
  readonly upload: Upload;
  readonly totals: Totals;
  readonly table: LineTable;
}

/** The totals of a file in each upload that has it. */
export async function totalsInUploads(
  reports: OpenReports,
  uploads: readonly Upload[],
  path: string,
): Promise<Pick<FileOfUpload, 'upload' | 'totals'>[]> {
  const found: Pick<FileOfUpload, 'upload' | 'totals'>[] = [];
  for (const upload of uploads) {
    const totals = await withPart(reports, upload, ({ report }) => report.directory.find(path)?.totals ?? null);
    if (totals !== null) found.push({ upload, totals });
  }
  return found;
}

/** The lines of a file in each upload that has it. */
export async function linesInUploads(
  reports: OpenReports,
  uploads: readonly Upload[],
  path: string,
): Promise<FileOfUpload[]> {
  const found: FileOfUpload[] = [];
  for (const upload of uploads) {
    const file = await withPart(reports, upload, ({ report }) => {
      const entry = report.directory.find(path);
      if (entry === null) return null;
      const table = new LineTable();
      report.read(entry, table);
      return { upload, totals: entry.totals, table };
    });
    if (file !== null) found.push(file);
  }
  return found;
}

/** A source that an upload named and did not keep. */
export interface DroppedByUpload {
  readonly upload: Upload;
  readonly path: string;
  readonly reason: DropReason;
}

/** Uploads that dropped a file which may be the one at `path`: of the same name, the more of the path's end they share the better. */
export async function findDropped(
  reports: OpenReports,
  uploads: readonly Upload[],
  path: string,
  most: number,
): Promise<DroppedByUpload[]> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found: DroppedByUpload[] = [];
  for (const upload of uploads) {
    const dropped = await withPart(reports, upload, ({ report }) => bestDropped(report.dropped, path, name));
    if (dropped !== null) found.push({ upload, path: dropped.path, reason: dropped.reason });
    if (found.length === most) break;
  }
  return found;
}

function bestDropped(dropped: readonly DroppedSource[], path: string, name: string): DroppedSource | null {
  let best: DroppedSource | null = null;
  for (const source of dropped) {
    if (source.path !== name && !source.path.endsWith(`/${name}`)) continue;
    if (source.path.endsWith(path)) return source;
    best ??= source;
  }
  return best;
}

async function withPart<Result>(
  reports: OpenReports,
  { part_key: key }: Upload,
  use: (held: HeldReport) => Result | null,
): Promise<Result | null> {
  const held = key === null ? null : await reports.hold(key);
  if (held === null) return null;
  try {
    return use(held);
  } finally {
    held.release();
  }
}
