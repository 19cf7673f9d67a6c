/**
 * Why something of an upload was not used as sent. Errors are values: one bad file never loses its neighbours, one bad
 * record never loses its file (design rules, 6).
 */
export interface Problem {
  /** Stable code, shown to people and machines. */
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning' | 'notice';
  /** The report file, or the source path, it is about. */
  readonly file?: string;
  /** 1-based line of the report file, where the format has lines. */
  readonly line?: number;
  /** Byte offset in the report file. */
  readonly byte?: number;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly hint: string;
  /** How many times it happened, when more than once. */
  readonly count?: number;
}

/** upload-protocol §5.1 (the compatible codes) and our own, finer ones. */
export type ProblemCode =
  | 'report_empty'
  | 'report_expired'
  | 'unsupported_file_format'
  | 'unknown_processing'
  | 'file_not_in_storage'
  | 'unknown_storage'
  | 'processing_timeout'
  | 'not_a_coverage_report'
  | 'file_damaged'
  | 'file_truncated'
  | 'record_unreadable'
  | 'number_clamped'
  | 'limit_exceeded'
  | 'unknown_encoding'
  | 'path_unmatched'
  | 'path_outside'
  | 'path_ignored'
  | 'path_ambiguous'
  | 'container_unreadable';

const MOST_PROBLEMS = 200;

/**
 * Collects problems: equal ones (code, file, message) are counted, not repeated, and at most 200 different ones are kept, so
 * that a hostile report cannot grow the list.
 */
export class Problems {
  private readonly byKey = new Map<string, { problem: Problem; count: number }>();
  private dropped = 0;

  /** Notes a problem; the position of the first of equal ones is kept. */
  add(problem: Problem): void {
    const key = `${problem.code}\n${problem.file ?? ''}\n${problem.message}`;
    const known = this.byKey.get(key);
    if (known !== undefined) {
      known.count += problem.count ?? 1;
      return;
    }
    if (this.byKey.size >= MOST_PROBLEMS) {
      this.dropped++;
      return;
    }
    this.byKey.set(key, { problem, count: problem.count ?? 1 });
  }

  /** All of them, in order of first appearance. */
  list(): Problem[] {
    const problems = [...this.byKey.values()].map(({ problem, count }) =>
      count > 1 ? { ...problem, count } : problem,
    );
    if (this.dropped === 0) return problems;
    return [
      ...problems,
      {
        code: 'limit_exceeded',
        severity: 'notice',
        message: `${this.dropped} further problems are not listed.`,
        hint: 'Fix the listed ones first; most often they have one cause.',
      },
    ];
  }
}
