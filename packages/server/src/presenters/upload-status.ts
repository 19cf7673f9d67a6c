import { coverageText, roundText, type Totals } from '@thatch/engine';
import type { ProblemRow } from '../database/queries/upload-problems.ts';
import type { OwnedRepository } from '../database/queries/repositories.ts';
import type { Commit, Upload } from '../database/tables.ts';
import { formatRepository } from '../names.ts';
import { readTotals } from './totals.ts';

/** The states that are shown (upload-protocol §8.2): `processing` and `judged` are worked out, the others are stored. */
export type ShownState = Upload['state'] | 'processing' | 'judged';

/** Everything about an upload that its answer is made of. */
export interface UploadFacts {
  readonly upload: Upload;
  readonly commit: Commit;
  readonly repository: OwnedRepository;
  readonly problems: readonly ProblemRow[];
}

/** Where things about an upload are found; whole addresses. */
export interface UploadAddresses {
  readonly result: string;
  readonly status: string;
  readonly events: string;
}

/** Counts as the answer has them; `coverage` is text with two decimals, null without lines. */
export interface ShownTotals {
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
  readonly coverage: string | null;
}

/** One thing that is wrong with an upload, or worth knowing. */
export interface ShownProblem {
  readonly code: string;
  readonly severity: ProblemRow['severity'];
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly hint: string | null;
}

/** The object of upload-protocol §8.1. */
export interface UploadStatus {
  readonly id: string;
  readonly kind: Upload['kind'];
  readonly state: ShownState;
  readonly duplicate: boolean;
  readonly repo: string;
  readonly commit: string;
  readonly flags: readonly string[];
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly result_url: string;
  readonly status_url: string;
  readonly events_url: string;
  readonly upload_totals: ShownTotals | null;
  readonly commit_totals: (ShownTotals & { readonly uploads: number }) | null;
  /** Null until commits are compared. */
  readonly compare: null;
  readonly verdicts: readonly never[];
  readonly problems: readonly ShownProblem[];
}

/** The answer about one upload, the same on every address that gives it. */
export function presentUploadStatus(
  { upload, commit, repository, problems }: UploadFacts,
  addresses: UploadAddresses,
  isDuplicate = false,
): UploadStatus {
  return {
    id: upload.external_id,
    kind: upload.kind,
    state: shownState(upload, commit),
    duplicate: isDuplicate,
    repo: formatRepository({ service: repository.service, owner: repository.owner_name, name: repository.name }),
    commit: commit.sha,
    flags: upload.flags,
    bytes: upload.raw_size,
    sha256: upload.raw_sha256 === null ? null : Buffer.from(upload.raw_sha256).toString('hex'),
    result_url: addresses.result,
    status_url: addresses.status,
    events_url: addresses.events,
    upload_totals: showTotals(readTotals(upload)),
    commit_totals: presentCommitSum(commit),
    compare: null,
    verdicts: [],
    problems: [...problems.map(showProblem), ...upload.notices.map(showNotice)],
  };
}

/** The sum over a commit's uploads; null before the first merge. */
export function presentCommitSum(commit: Commit): UploadStatus['commit_totals'] {
  const totals = showTotals(readTotals(commit));
  return totals === null ? null : { ...totals, uploads: commit.sessions ?? 0 };
}

/**
 * How far an upload is. Read but unfinished work shows as `processing`; `judged` once all of its commit is merged, as no
 * verdicts are to be made then; `expired` from the moment on at which bytes may no longer come.
 */
export function shownState(upload: Upload, commit: Pick<Commit, 'state'>): ShownState {
  if (upload.state === 'stored' && upload.attempts > 0) return 'processing';
  if (upload.state === 'started' && upload.put_until !== null && upload.put_until.getTime() < Date.now())
    return 'expired';
  return upload.state === 'merged' && commit.state !== 'pending' ? 'judged' : upload.state;
}

/** Whether an upload in this state has come as far as it will. Test results and bundles are kept, and read by a later step. */
export function isFinal({ state, kind }: Pick<UploadStatus, 'state' | 'kind'>): boolean {
  if (state === 'stored') return kind !== 'coverage';
  return FINAL.has(state);
}

const FINAL: ReadonlySet<ShownState> = new Set<ShownState>(['judged', 'error', 'superseded', 'expired']);
const DECIMALS = 2;

function showTotals(totals: Totals | null): ShownTotals | null {
  if (totals === null) return null;
  const { files, lines, hits, misses, partials } = totals;
  const coverage = coverageText(hits, lines);
  return {
    files,
    lines,
    hits,
    misses,
    partials,
    coverage: coverage === null ? null : roundText(coverage, DECIMALS, 'down'),
  };
}

function showProblem({ code, severity, file, line, message, hint }: ProblemRow): ShownProblem {
  return { code, severity, file, line, message, hint };
}

function showNotice({ code, message }: Upload['notices'][number]): ShownProblem {
  return { code, severity: 'notice', file: null, line: null, message, hint: null };
}
