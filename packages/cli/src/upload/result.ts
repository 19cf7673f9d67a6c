import type { Totals, UploadAnswer, UploadProblem } from './answer.ts';
import type { Change } from './change.ts';
import type { Goal } from './follow.ts';
import { count, printable, type Paint } from './terminal.ts';

/** Exit codes of notifications §7.5 and decision 8 of the first release. */
export const EXIT = { good: 0, failed: 1, error: 2, late: 3 } as const;

/** What an upload came to. One run makes one upload, or several when there are more reports than one may hold. */
export interface UploadResult {
  readonly repository: string;
  readonly commit: string;
  readonly branch: string | null;
  readonly answers: readonly UploadAnswer[];
  /** How far was waited for; null: not at all. */
  readonly goal: Goal | null;
  readonly isLate: boolean;
  readonly change: Change | null;
  readonly notices: readonly string[];
}

export interface Judgement {
  readonly isLateAllowed: boolean;
  readonly isStrict: boolean;
}

/** The exit code; the worse of two wins in the order error, failed, late. */
export function exitCode(result: UploadResult, judgement: Judgement): number {
  const isLost = result.answers.some((answer) => answer.state === 'error' || answer.state === 'expired');
  if (isLost || (judgement.isStrict && unreadParts(result).length > 0)) return EXIT.error;
  const verdicts = result.answers.at(-1)?.verdicts ?? [];
  if (verdicts.some((verdict) => verdict.state === 'error')) return EXIT.error;
  if (verdicts.some((verdict) => verdict.state === 'failure')) return EXIT.failed;
  return result.isLate && !judgement.isLateAllowed ? EXIT.late : EXIT.good;
}

function unreadParts(result: UploadResult): readonly UploadProblem[] {
  return problemsOf(result).filter((problem) => problem.severity === 'error');
}

export function problemsOf(result: UploadResult): readonly UploadProblem[] {
  return result.answers.flatMap((answer) => answer.problems);
}

/** Totals of the commit where they are known, else of this upload alone. */
export function totalsOf(result: UploadResult): Totals | null {
  const last = result.answers.at(-1);
  return last?.commitTotals ?? (result.answers.length === 1 ? (last?.uploadTotals ?? null) : null);
}

/** The state that describes all uploads of the run: trouble first, then the one that is least far. */
export function overallState(answers: readonly UploadAnswer[]): string {
  const order = ['error', 'expired', 'started', 'stored', 'processing', 'processed', 'superseded', 'merged', 'judged'];
  return answers.map((answer) => answer.state).reduce((a, b) => (order.indexOf(b) < order.indexOf(a) ? b : a));
}

/** The closing lines for people. Without totals (nothing was waited for) only where the result will be. */
export function resultTable(result: UploadResult, paint: Paint): string {
  const totals = totalsOf(result);
  const state = overallState(result.answers);
  const address = printable(result.answers.at(-1)?.resultUrl ?? '');
  const branch = result.branch === null ? '' : `  ${printable(result.branch)}`;
  const subject = `${result.repository}  ${result.commit.slice(0, 7)}${branch}`;
  const rows: [string, string][] = [];
  if (result.goal !== null) {
    rows.push(['coverage', coverageCell(totals, paint)]);
    rows.push(['change', changeCell(result.change, paint)]);
    rows.push(['files', totals === null ? '–' : totals.files.toLocaleString('en-US')]);
    rows.push(['uploads', totals?.uploads == null ? '–' : totals.uploads.toLocaleString('en-US')]);
    for (const verdict of result.answers.at(-1)?.verdicts ?? []) {
      rows.push([
        printable(verdict.context),
        `${printable(verdict.state)}  ${paint.dim(printable(verdict.description))}`,
      ]);
    }
  }
  if (address !== '') rows.push(['address', address]);
  const width = Math.max(...rows.map(([label]) => label.length), 8);
  const lines = rows.map(([label, value]) => `  ${paint.dim(label.padEnd(width))}  ${value}`);
  return ['', `  ${paint.bold(subject)}  ${stateCell(state, result.isLate, paint)}`, '', ...lines, '', ''].join('\n');
}

function stateCell(state: string, isLate: boolean, paint: Paint): string {
  if (state === 'error' || state === 'expired') return paint.red(printable(state));
  if (isLate) return paint.yellow(`${printable(state)}, not finished in time`);
  return paint.green(printable(state));
}

function coverageCell(totals: Totals | null, paint: Paint): string {
  if (totals === null || totals.coverage === null) return '–';
  const lines = `${totals.hits.toLocaleString('en-US')} of ${count(totals.lines, 'line')}`;
  return `${paint.bold(`${printable(totals.coverage)} %`)}  ${paint.dim(lines)}`;
}

function changeCell(change: Change | null, paint: Paint): string {
  if (change === null) return '–';
  const colour = change.text.startsWith('-') ? paint.red : change.text.startsWith('+') ? paint.green : paint.dim;
  return `${colour(`${change.text} %`)}  ${paint.dim(`since ${change.since.slice(0, 7)}`)}`;
}

/** One sentence about a part of a report that was not read as it is. */
export function problemLine(problem: UploadProblem): string {
  const place = problem.file === null ? '' : `${problem.file}${problem.line === null ? '' : `:${problem.line}`}: `;
  const hint = problem.hint === null ? '' : `\n  ${printable(problem.hint)}`;
  return `${printable(place + problem.message)}${hint}`;
}

/** The object of `--json`. */
export function resultJson(result: UploadResult, code: number): Readonly<Record<string, unknown>> {
  const totals = totalsOf(result);
  return {
    exit_code: code,
    state: overallState(result.answers),
    late: result.isLate,
    repo: result.repository,
    commit: result.commit,
    branch: result.branch,
    uploads: result.answers.map((answer) => ({ id: answer.id, state: answer.state, duplicate: answer.isDuplicate })),
    totals,
    change: result.change,
    verdicts: result.answers.at(-1)?.verdicts ?? [],
    problems: problemsOf(result),
    notices: result.notices,
    url: result.answers.at(-1)?.resultUrl ?? null,
  };
}
