import { findCommit } from '../../../database/queries/commits.ts';
import { findSource } from '../../../database/queries/sources.ts';
import type { Commit, Upload } from '../../../database/tables.ts';
import { findBlob, readSource } from '../../../pipeline/sources.ts';
import type { FileSource, SourceChange } from '../contract/file.ts';
import type { UiRepositoryCall } from '../operation.ts';

/** Larger texts are offered as a download only (web-ui §3.7). */
const LARGEST_SHOWN = 5 * 1024 * 1024;
/** As git decides it: a NUL among the first bytes. */
const BINARY_LOOK = 8000;

type Call = Pick<UiRepositoryCall, 'app' | 'repository'>;

interface Wanted {
  /** The last line that the report knows of. */
  readonly lastLine: number;
  readonly uploads: readonly Upload[];
  /** Whether the text itself is answered. */
  readonly wantsText: boolean;
}

/** Where the text of a file is, and whether the report was made from it. */
export async function describeSource(
  call: Call,
  commit: Commit,
  path: string,
  { lastLine, uploads, wantsText }: Wanted,
): Promise<FileSource> {
  const { app, repository } = call;
  if (commit.files_key === null) return { kind: 'not_sent', why: 'no_tree', blob: null };
  const blob = await findBlob(app, commit, path);
  if (blob === null) return { kind: 'not_sent', why: 'not_in_tree', blob: null };
  const row = await findSource(app.database.kysely, repository.id, blob);
  if (row === null) return { kind: 'not_sent', why: 'no_content', blob };
  const { size } = row;
  if (row.key === null || size > LARGEST_SHOWN) return { kind: 'too_big', blob, size, is_kept: row.key !== null };
  const bytes = await readSource(app, repository.id, blob);
  if (bytes === null) return { kind: 'not_sent', why: 'no_content', blob };
  if (bytes.subarray(0, BINARY_LOOK).includes(0)) return { kind: 'binary', blob, size };
  const changed = await findChange(call, { path, blob, bytes, lastLine, uploads });
  // As a browser reads `GET R/source/{blob}`.
  return { kind: 'here', blob, size, changed, text: wantsText ? new TextDecoder().decode(bytes) : null };
}

interface Shown {
  readonly path: string;
  readonly blob: string;
  readonly bytes: Uint8Array;
  readonly lastLine: number;
  readonly uploads: readonly Upload[];
}

/** Whether the report was made from another text; null when nothing says so. */
async function findChange(call: Call, { path, blob, bytes, lastLine, uploads }: Shown): Promise<SourceChange | null> {
  const other = await findOtherBlob(call, uploads, path, blob);
  if (other !== null) return other;
  const lines = countLines(bytes);
  return lastLine > lines ? { kind: 'lines_beyond', last_line: lastLine, lines } : null;
}

/** Each has a tree to be read; a commit takes over from one, or from a few that followed each other. */
const MOST_ORIGINS = 5;

/** Uploads that were taken over from another commit (`empty-upload`, transplant) speak of the text that commit had. */
async function findOtherBlob(
  { app, repository }: Call,
  uploads: readonly Upload[],
  path: string,
  blob: string,
): Promise<SourceChange | null> {
  const { kysely } = app.database;
  const origins = new Set(uploads.flatMap(({ notices }) => notices.flatMap(originOf)));
  for (const sha of [...origins].slice(-MOST_ORIGINS)) {
    const origin = await findCommit(kysely, repository.id, sha);
    const other = origin === null ? null : await findBlob(app, origin, path);
    if (other === null || other === blob) continue;
    const source = await findSource(kysely, repository.id, other);
    return { kind: 'other_blob', sha, blob: other, is_kept: source !== null && source.key !== null };
  }
  return null;
}

function originOf({ code, message }: Upload['notices'][number]): string[] {
  return code === 'transplanted' ? (message.match(/[0-9a-f]{40,64}/) ?? []) : [];
}

const LINE_FEED = 10;

/** Lines of a text; an end of line at its end begins no other. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return bytes.length === 0 || bytes[bytes.length - 1] === LINE_FEED ? lines : lines + 1;
}
