import { ABSENT, classOf, missingBranchTexts, writeValue, type LineTable } from '@thatch/engine';
import { z } from 'zod';
import type { Upload } from '../database/tables.ts';
import { LINE_STATE, presentState } from './report.ts';
import { listOf, named } from './shape.ts';

const VALUE = z
  .union([z.number(), z.string(), z.literal(true)])
  .nullable()
  .meta({ description: 'A count, −1 skipped, `"n/m"` branches, true partial, null without a class.' });

const UPLOAD_LINE = named(
  'UploadLine',
  z.object({
    upload_id: z.uuid(),
    flags: z.array(z.string()),
    raw_value: VALUE,
    format: z.string().nullable(),
    missing_branches: z.array(z.string()).nullable(),
    carried_from: z.string().nullable(),
    rule: z.enum(['decided', 'agreed', 'outweighed', 'joined', 'load_noise']).meta({
      description:
        '`decided`: this value is the result; `agreed`: equal to it; `outweighed`: another one counts; `joined`: its branches and those of others together make the result; `load_noise`: a Ruby file that was only loaded does not count beside one that ran.',
    }),
  }),
);

/** Where the value of a line comes from (public-api §4.2). */
export const EXPLAINED_LINE = named(
  'ExplainedLine',
  z.object({
    line: z.int().min(1),
    state: LINE_STATE,
    value: VALUE,
    missing_branches: z.array(z.string()).nullable(),
    uploads: z.array(UPLOAD_LINE),
  }),
);

export const EXPLAINED_LINES = listOf('ExplainedLineList', EXPLAINED_LINE);

/** A file as one upload has it. */
export interface UploadLines {
  readonly upload: Pick<Upload, 'external_id' | 'flags' | 'formats'>;
  readonly table: LineTable;
  /** False for what the rule for Ruby leaves out (report-model §3.7). */
  readonly counts: boolean;
}

/** Lines of the merged report, each beside what the uploads say of it. */
export function presentExplainedLines(
  lines: readonly number[],
  merged: LineTable,
  uploads: readonly UploadLines[],
): z.input<typeof EXPLAINED_LINE>[] {
  return lines.map((line) => ({
    line,
    state: presentState(merged.valueOf(line)),
    value: writeValue(merged.valueOf(line)),
    missing_branches: missingBranchTexts(merged, line),
    uploads: explain(line, merged.valueOf(line), uploads),
  }));
}

function explain(line: number, merged: number, sources: readonly UploadLines[]): z.input<typeof UPLOAD_LINE>[] {
  let isDecided = false;
  return sources.flatMap(({ upload, table, counts }) => {
    const own = table.valueOf(line);
    if (own === ABSENT) return [];
    const rule = counts ? ruleOf(own, merged, isDecided) : 'load_noise';
    if (rule === 'decided') isDecided = true;
    return {
      upload_id: upload.external_id,
      flags: upload.flags,
      raw_value: writeValue(own),
      format: upload.formats.length === 0 ? null : upload.formats.join(','),
      missing_branches: missingBranchTexts(table, line),
      carried_from: null,
      rule,
    };
  });
}

type Rule = z.input<typeof UPLOAD_LINE>['rule'];

function ruleOf(own: number, merged: number, isDecided: boolean): Rule {
  if (own === merged) return isDecided ? 'agreed' : 'decided';
  return isFraction(own) && isFraction(merged) && classOf(own) !== 'miss' ? 'joined' : 'outweighed';
}

function isFraction(value: number): boolean {
  return typeof writeValue(value) === 'string';
}
