import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';
import { compareVersions } from '../version.ts';
import { writeFileDurably } from './durable.ts';

/** What wrote a data folder last: `format.json`. */
export interface FolderFormat {
  /** Version of the program, `major.minor.patch`. */
  readonly program: string;
  /** Number of the last database migration; 0 before the first. */
  readonly schema: number;
  /** Major version of the embedded Postgres. */
  readonly postgres: number;
}

/** Compared with this program, a folder without `format.json` is new. */
export type FormatState = { readonly kind: 'new' } | { readonly kind: 'same' | 'older'; readonly format: FolderFormat };

/** Reads `format.json` and decides whether this program may open the folder. Writes nothing. */
export function checkFormat(dataFolder: string, program: FolderFormat): Outcome<FormatState> {
  const path = join(dataFolder, 'format.json');
  if (!existsSync(path)) return ok({ kind: 'new' });
  const found = readFormat(path);
  if (found === null) {
    return refused(`${path} is damaged`, 'Restore it from a backup, or choose another folder with --data-dir.');
  }
  if (isNewer(found, program)) {
    return refused(
      `the data folder ${dataFolder} was written by Thatch ${describe(found)}; this is ${describe(program)}`,
      `Start Thatch ${found.program} or later, or choose another folder with --data-dir. Nothing was changed.`,
    );
  }
  if (found.postgres < program.postgres) {
    return refused(
      `the database in ${dataFolder} is of Postgres ${found.postgres}; this Thatch brings Postgres ${program.postgres}, which cannot read it`,
      'Move the data with the earlier Thatch ("thatch export"), then start on a new folder. Nothing was changed.',
    );
  }
  const same = compareVersions(found.program, program.program) === 0 && found.schema === program.schema;
  return ok({ kind: same ? 'same' : 'older', format: found });
}

/** Replaces `format.json`, durably. */
export function writeFormat(dataFolder: string, format: FolderFormat): void {
  writeFileDurably(join(dataFolder, 'format.json'), `${JSON.stringify(format, null, 2)}\n`, 0o644);
}

function readFormat(path: string): FolderFormat | null {
  try {
    const parsed = JSON.parse(readFileSync(path, 'utf8')) as Partial<FolderFormat> | null;
    if (typeof parsed?.program !== 'string') return null;
    if (!Number.isInteger(parsed.schema) || !Number.isInteger(parsed.postgres)) return null;
    return { program: parsed.program, schema: Number(parsed.schema), postgres: Number(parsed.postgres) };
  } catch {
    return null;
  }
}

function isNewer(found: FolderFormat, program: FolderFormat): boolean {
  return (
    compareVersions(found.program, program.program) > 0 ||
    found.schema > program.schema ||
    found.postgres > program.postgres
  );
}

function describe(format: FolderFormat): string {
  return `${format.program} (schema ${format.schema}, Postgres ${format.postgres})`;
}
