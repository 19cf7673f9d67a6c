import type { Kysely } from 'kysely';
import type { Problem } from '@thatch/engine';
import type { Database } from '../tables.ts';

/** A problem of an upload as it is stored. */
export type ProblemRow = Database['upload_problems'];

/** Stores the problems of an upload, in their order. */
export async function saveProblems(
  transaction: Kysely<Database>,
  uploadId: number,
  problems: readonly Problem[],
): Promise<void> {
  if (problems.length === 0) return;
  const rows = problems.map((problem, position) => ({
    upload_id: uploadId,
    position,
    code: problem.code,
    severity: problem.severity,
    file: withoutNul(problem.file ?? null),
    line: problem.line ?? null,
    byte: problem.byte ?? null,
    count: problem.count ?? null,
    message: withoutNul(problem.message) ?? '',
    hint: problem.hint,
  }));
  await transaction
    .insertInto('upload_problems')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Problems of uploads, in their order. */
export async function problemsOf(
  database: Kysely<Database>,
  uploadIds: readonly number[],
): Promise<Map<number, ProblemRow[]>> {
  const byUpload = new Map<number, ProblemRow[]>();
  if (uploadIds.length === 0) return byUpload;
  const rows = await database
    .selectFrom('upload_problems')
    .selectAll()
    .where('upload_id', 'in', [...uploadIds])
    .orderBy('upload_id')
    .orderBy('position')
    .execute();
  for (const row of rows) byUpload.set(row.upload_id, [...(byUpload.get(row.upload_id) ?? []), row]);
  return byUpload;
}

/** Postgres' text cannot hold NUL; a report's path can. */
function withoutNul(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd');
}
