import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { nodeCodec } from '@thatch/engine/node';
import { classOf, compatReport, coverageText, LineTable, readReportFile, roundText } from '@thatch/engine';
import type { Problem, ReadFile, StoredReport, Totals } from '@thatch/engine';
import type { DefineCommand } from '../command.ts';
import { readSettings } from '../report-settings.ts';
import { formatTable } from '../table.ts';
import { blanksTrimmed } from '../trimmed.ts';

/** `thatch report show FILE`. */
export const reportCommand: DefineCommand = (command) => {
  command
    .command('show')
    .summary('print what a report says')
    .description('Reads one coverage report, whatever its format, and prints files, coverage and uncovered lines.')
    .argument('<file>', 'the report')
    .option('--json', 'everything, with problems and dropped paths, as JSON')
    .option('--compat', 'the JSON shape in which parity with Codecov is checked')
    .option('--format <name>', 'take it as this format, do not look')
    .option(
      '--network <file>',
      'paths of the repository, one a line; without them known build folders are cut from paths',
    )
    .option(
      '--set <name=value>',
      'a switch of the repository yaml, as parsers.cobertura.partials_as_hits=true',
      collect,
    )
    .action(show);
};

interface ShowFlags {
  readonly json?: true;
  readonly compat?: true;
  readonly format?: string;
  readonly network?: string;
  readonly set?: readonly string[];
}

/** As `thatch upload` has it: 2 = a report could not be used. */
const UNREADABLE = 2;

async function show(path: string, flags: ShowFlags): Promise<void> {
  const settings = readSettings(flags.set ?? []);
  if (settings.kind === 'wrong') return fail(settings.message);
  try {
    const network =
      flags.network === undefined ? null : readFileSync(flags.network, 'utf8').split(/\r?\n/).filter(Boolean);
    const open = (): AsyncIterable<Uint8Array> => blanksTrimmed(createReadStream(path, { highWaterMark: 1 << 20 }));
    const options = { settings: settings.settings, codec: nodeCodec, network, format: flags.format ?? null };
    print(await readReportFile(basename(path), open, options), flags);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    fail(`${error.path ?? path}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  }
}

function print(read: ReadFile, flags: ShowFlags): void {
  if (read.format === null)
    return fail(read.problems.map((problem) => `${problem.message} ${problem.hint}`).join('\n'));
  if (flags.compat === true) return write({ detected: read.format.compatName, report: compatReport(read.report, 0) });
  if (flags.json === true) return write(everything(read));
  process.stdout.write(`${table(read.report)}\n${summary(read)}${problemLines(read.problems)}`);
}

function everything({ format, report, problems, dropped }: ReadFile): unknown {
  const { files, totals } = compatReport(report, 0);
  return { format: format?.name, totals, files, problems, dropped };
}

function table(report: StoredReport): string {
  const rows: string[][] = [];
  const lines = new LineTable();
  for (const entry of report.directory.files()) {
    report.read(entry, lines);
    const { totals } = entry;
    rows.push([
      entry.path,
      percent(totals),
      `${totals.hits}/${totals.lines}`,
      String(totals.partials),
      uncovered(lines),
    ]);
    lines.clear();
  }
  return formatTable(['File', 'Coverage', 'Hit', 'Partial', 'Not covered'], rows);
}

function summary({ format, report }: ReadFile): string {
  const { totals } = report;
  const files = totals.files === 1 ? '1 file' : `${totals.files} files`;
  return `${format?.name}: ${files}, ${totals.hits} of ${totals.lines} lines covered, ${percent(totals)}\n`;
}

function percent({ hits, lines }: Totals): string {
  const text = coverageText(hits, lines);
  return text === null ? '–' : `${roundText(text, 2, 'down')} %`;
}

const MOST_RANGES = 12;

/** Lines without a hit as ranges, `3-5, 9`; lines without code between them do not break a range. */
function uncovered(lines: LineTable): string {
  const ranges: [number, number][] = [];
  let isOpen = false;
  for (const line of lines.lines()) {
    const lineClass = classOf(lines.valueOf(line));
    const isMissed = lineClass === 'miss' || lineClass === 'partial';
    if (isMissed && isOpen) ranges.at(-1)![1] = line;
    else if (isMissed) ranges.push([line, line]);
    isOpen = isMissed;
  }
  const shown = ranges.slice(0, MOST_RANGES).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return ranges.length > MOST_RANGES ? `${shown.join(', ')} … ${ranges.length - MOST_RANGES} more` : shown.join(', ');
}

function problemLines(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const place = problem.line === undefined ? '' : ` (line ${problem.line} of the report)`;
      const times = problem.count === undefined ? '' : ` ×${problem.count}`;
      return `\n${problem.severity}${times}: ${problem.message}${place}\n  ${problem.hint}\n`;
    })
    .join('');
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function fail(message: string): void {
  process.stderr.write(`thatch: ${message}\n`);
  process.exitCode = UNREADABLE;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
