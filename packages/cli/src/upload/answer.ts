/** What the server says about an upload (upload-protocol §8.1), read with care: every part may be missing. */
export interface UploadAnswer {
  readonly id: string;
  readonly state: string;
  readonly isDuplicate: boolean;
  readonly resultUrl: string;
  readonly statusUrl: string;
  readonly uploadTotals: Totals | null;
  readonly commitTotals: Totals | null;
  /** `"+0.12"`, in percentage points; null until the server compares. */
  readonly projectChange: string | null;
  readonly verdicts: readonly Verdict[];
  readonly problems: readonly UploadProblem[];
}

export interface Totals {
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  /** `"90.00"`, with the digits the repository's settings ask for; null without lines. */
  readonly coverage: string | null;
  /** Of a commit only. */
  readonly uploads: number | null;
}

export interface Verdict {
  readonly context: string;
  readonly state: string;
  readonly description: string;
}

export interface UploadProblem {
  readonly code: string;
  readonly severity: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly hint: string | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a text holds; null for anything else. */
export function parseJson(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Null when this is not the answer of an upload. */
export function readUploadAnswer(document: JsonObject | null): UploadAnswer | null {
  if (document === null || typeof document['id'] !== 'string' || typeof document['state'] !== 'string') return null;
  return {
    id: document['id'],
    state: document['state'],
    isDuplicate: document['duplicate'] === true,
    resultUrl: asText(document['result_url']) ?? '',
    statusUrl: asText(document['status_url']) ?? '',
    uploadTotals: readTotals(document['upload_totals']),
    commitTotals: readTotals(document['commit_totals']),
    projectChange: asText(asObject(document['compare'])?.['project_change']),
    verdicts: asList(document['verdicts']).flatMap(readVerdict),
    problems: asList(document['problems']).flatMap(readProblem),
  };
}

/** The four counts that matter; null while they are not known. */
export function readTotals(value: unknown): Totals | null {
  const totals = asObject(value);
  const files = asCount(totals?.['files']);
  const lines = asCount(totals?.['lines']);
  const hits = asCount(totals?.['hits']);
  if (totals === null || files === null || lines === null || hits === null) return null;
  return { files, lines, hits, coverage: asText(totals['coverage']), uploads: asCount(totals['uploads']) };
}

function readVerdict(value: unknown): Verdict[] {
  const verdict = asObject(value);
  const context = asText(verdict?.['context']);
  const state = asText(verdict?.['state']);
  return context === null || state === null
    ? []
    : [{ context, state, description: asText(verdict?.['description']) ?? '' }];
}

/** One entry of `problems`, or of a `problem` event. */
export function readProblem(value: unknown): UploadProblem[] {
  const problem = asObject(value);
  const message = asText(problem?.['message']);
  if (problem === null || message === null) return [];
  return [
    {
      code: asText(problem['code']) ?? 'problem',
      severity: asText(problem['severity']) ?? 'warning',
      file: asText(problem['file']),
      line: asCount(problem['line']),
      message,
      hint: asText(problem['hint']),
    },
  ];
}

function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function asCount(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
