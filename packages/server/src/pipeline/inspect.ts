import type { App } from '../app.ts';
import type { Commit, Upload } from '../database/tables.ts';
import type { InspectResult } from '../workers/tasks.ts';
import { parseSettings } from './settings.ts';

/** What is looked for. */
export interface Inspection {
  /** Rules to try; null = find one that helps. */
  readonly fixes: readonly string[] | null;
  /** Whether the beginnings of its reports are wanted. */
  readonly showsReports: boolean;
}

/**
 * Looks at the paths of an upload that match no file, and at how its reports begin; in a worker thread, as both may be long. Changes
 * nothing.
 */
export async function inspectUpload(
  app: App,
  { upload, commit }: { readonly upload: Upload; readonly commit: Commit },
  { fixes, showsReports }: Inspection,
): Promise<InspectResult> {
  const open = async (key: string | null) => (key === null ? null : app.objects.openLocal(key));
  // The list of files travels in the upload where the commit has none.
  const needsRaw = showsReports || commit.files_key === null;
  const [raw, part, tree] = await Promise.all([
    open(needsRaw ? upload.raw_key : null),
    open(upload.part_key),
    open(commit.files_key),
  ]);
  try {
    return await app.workers.inspect({
      kind: 'inspect',
      rawPath: raw?.path ?? null,
      partPath: part?.path ?? null,
      treePath: tree?.path ?? null,
      scratch: app.scratch,
      settings: parseSettings(app.config, upload.options, Date.now()),
      decompressedBytes: app.config.limits.decompressedBytes,
      fixes,
    });
  } finally {
    await Promise.all([raw?.release(), part?.release(), tree?.release()]);
  }
}
