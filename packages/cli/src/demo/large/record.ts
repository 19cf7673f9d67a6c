import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { RECORDED_AT } from './history.ts';
import type { UploadedCommit } from './uploads.ts';

/** The first line of a recording. */
export const RECORDING_HEAD = { format: 'thatch-demo/1', recorded_at: RECORDED_AT } as const;

const pack = promisify(zstdCompress);

/**
 * Writes the uploads as the file that a server replays on an empty installation: a JSON object a line, the first says when it was made up;
 * packed with zstd. Reports of one suite are much alike, so a window as large as the whole makes a fraction of it. Gives the size in bytes.
 */
export async function recordAll(path: string, commits: Iterable<UploadedCommit>): Promise<number> {
  const lines = [JSON.stringify(RECORDING_HEAD)];
  for (const { uploads } of commits) for (const upload of uploads) lines.push(JSON.stringify(upload));
  const packed = await pack(`${lines.join('\n')}\n`, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 9,
      [constants.ZSTD_c_windowLog]: 27,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    },
  });
  await writeFile(path, packed);
  return packed.length;
}
