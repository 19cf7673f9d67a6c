import { setImmediate } from 'node:timers/promises';
import { LineTable, type FileEntry, type StoredReport } from '@thatch/engine';
import { presentFile, presentLines } from '../../presenters/report.ts';

/** What of the files of a report is written. */
export type FileDetail = 'files' | 'lines';

/** Pieces of this size are few enough calls and little enough memory. */
const PIECE_CHARACTERS = 64 * 1024;

/** A JSON text around the list of the files of a report. */
export interface FilesText {
  readonly before: string;
  readonly report: StoredReport;
  /** In the order of the report. */
  readonly files: Iterable<FileEntry>;
  readonly detail: FileDetail;
  readonly after: string;
}

/** The text, piece by piece: one file is in memory at a time, however many there are. */
export async function* filesText({ before, report, files, detail, after }: FilesText): AsyncGenerator<string> {
  const table = new LineTable();
  let piece = `${before}[`;
  let separator = '';
  for (const entry of files) {
    const shown = presentFile(entry);
    if (detail === 'lines') {
      table.clear();
      report.read(entry, table);
      shown.line_coverage = presentLines(table);
    }
    piece += separator + JSON.stringify(shown);
    separator = ',';
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
    // A client that reads fast would otherwise have the thread to itself until the end.
    await setImmediate();
  }
  yield `${piece}]${after}`;
}

/** A text that is there already. */
export async function* wholeText(text: string): AsyncGenerator<string> {
  yield text;
}
