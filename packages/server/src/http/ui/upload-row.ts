import type { Kysely } from 'kysely';
import { externalIds, summariseProblems, type ProblemSummary } from '../../database/queries/upload-summaries.ts';
import type { ProblemRow } from '../../database/queries/upload-problems.ts';
import type { Database, Upload } from '../../database/tables.ts';
import { isoTime } from '../../presenters/time.ts';
import { presentClient } from '../../presenters/upload-reasons.ts';
import type { UploadProblem, UploadRow } from './contract/commit.ts';
import { presentReportCoverage } from './numbers.ts';

/** Uploads as the page of their commit lists them; two queries for all of them. */
export async function presentUploadRows(database: Kysely<Database>, uploads: readonly Upload[]): Promise<UploadRow[]> {
  const problems = await summariseProblems(
    database,
    uploads.map(({ id }) => id),
  );
  const successors = await externalIds(
    database,
    uploads.flatMap(({ superseded_by }) => superseded_by ?? []),
  );
  return uploads.map((upload) => presentUploadRow(upload, problems.get(upload.id) ?? null, successors));
}

/** One problem of an upload. */
export function presentProblem({ code, severity, message, hint, file, line, byte, count }: ProblemRow): UploadProblem {
  return { code, severity, message, hint, file, line, byte, count: count ?? 1 };
}

function presentUploadRow(
  upload: Upload,
  problems: ProblemSummary | null,
  successors: ReadonlyMap<number, string>,
): UploadRow {
  // An upload that failed keeps what it was read as before: none of it counts.
  const coverage = upload.state === 'error' ? null : presentReportCoverage(upload);
  return {
    id: upload.external_id,
    name: upload.name,
    flags: upload.flags,
    ci: upload.ci,
    job: upload.job,
    build: upload.build,
    build_address: webAddress(upload.build_url),
    state: upload.state,
    formats: upload.formats,
    client: presentClient(upload.agent ?? upload.package),
    bytes: upload.raw_size,
    files: coverage?.files ?? null,
    files_named: upload.files_in,
    coverage,
    received_at: isoTime(upload.created_at),
    stored_at: timeOrNull(upload.stored_at),
    processed_at: timeOrNull(upload.processed_at),
    merged_at: timeOrNull(upload.merged_at),
    milliseconds: { queued: upload.queued_ms, parse: upload.parse_ms, merge: upload.merge_ms },
    superseded_by: upload.superseded_by === null ? null : (successors.get(upload.superseded_by) ?? null),
    is_unprotected: upload.is_unprotected,
    errors: problems?.errors ?? 0,
    warnings: problems?.warnings ?? 0,
    problem: problems === null ? null : presentProblem(problems.first),
  };
}

function timeOrNull(time: Date | null): string | null {
  return time === null ? null : isoTime(time);
}

/** An uploader says what its build's address is: only one that a browser opens as a page is a link. */
function webAddress(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
