import type { App } from '../app.ts';
import type { Commit, Upload } from '../database/tables.ts';
import type { InspectResult } from '../workers/tasks.ts';
import { parseSettings } from './settings.ts';

/**
 * Looks at the paths of an upload that match no file, and at how its reports begin; in a worker thread, as both may be long. Changes
 * nothing.
 *
 * @param fixes rules to try; null = find one that helps
 */
export async function inspectUpload(
  app: App,
  { upload, commit }: { readonly upload: Upload; readonly commit: Commit },
  fixes: readonly string[] | null,
): Promise<InspectResult> {
  const open = async (key: string | null) => (key === null ? null : app.objects.openLocal(key));
  const [raw, part, tree] = await Promise.all([open(upload.raw_key), open(upload.part_key), open(commit.files_key)]);
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
