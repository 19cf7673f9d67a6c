import type { DroppedSource } from '@thatch/engine';
import { problemsOf } from '../../database/queries/upload-problems.ts';
import type { Upload } from '../../database/tables.ts';
import { presentUploadReasons, type UploadReasons } from '../../presenters/upload-reasons.ts';
import type { Call } from './context.ts';

/** Why each of some uploads counts as it does (public-api §4.2). */
export async function reasonsOf(call: Call<unknown>, uploads: readonly Upload[]): Promise<UploadReasons[]> {
  const problems = await problemsOf(
    call.app.database.kysely,
    uploads.map(({ id }) => id),
  );
  const reasons: UploadReasons[] = [];
  for (const upload of uploads) {
    reasons.push(presentUploadReasons(upload, problems.get(upload.id) ?? [], await droppedOf(call, upload)));
  }
  return reasons;
}

/** What was dropped is noted in the directory of the part. */
async function droppedOf({ reports }: Call<unknown>, { part_key: key }: Upload): Promise<readonly DroppedSource[]> {
  const held = key === null ? null : await reports.hold(key);
  if (held === null) return [];
  try {
    return held.report.dropped;
  } finally {
    held.release();
  }
}
