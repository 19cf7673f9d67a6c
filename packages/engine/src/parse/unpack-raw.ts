import { readRange, type ByteSource } from '../bytes/source.ts';
import { UnpackError, type Codec } from '../codec.ts';
import { packingOf, unpacked, type Budget } from '../containers/open-file.ts';
import type { Problem, Problems } from '../model/problem.ts';

/** What the host adds to the engine for one upload. */
export interface UploadHost {
  readonly codec: Codec;
  /** Keeps a stream of unknown size so that it can be read more than once: in memory where small, else in a scratch file. */
  spool(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource>;
}

/** Undoes what an uploader packed around everything, at most twice (upload-protocol §4). */
export async function unpackRaw(
  raw: ByteSource,
  host: UploadHost,
  budget: Budget,
  problems: Problems,
): Promise<ByteSource> {
  let source = raw;
  for (let round = 0; round < 2; round++) {
    const head = await readRange(source, 0, Math.min(8, source.size));
    if (packingOf(head) === null) break;
    source = await host.spool(untilDamage(unpacked(source.open(0, source.size), host.codec), budget, problems));
  }
  return source;
}

async function* untilDamage(
  chunks: AsyncIterable<Uint8Array>,
  budget: Budget,
  problems: Problems,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > budget.left) {
        problems.add(tooLarge(undefined));
        return;
      }
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    problems.add({
      code: 'file_truncated',
      severity: 'warning',
      message: `The packed upload is damaged or cut off (${error.message}); what came before is read.`,
      hint: 'Send the upload again; look for a proxy that cuts bodies.',
    });
  }
}

/** The upload, or a file of it, is larger than this installation takes. */
export function tooLarge(file: string | undefined): Problem {
  return {
    code: 'limit_exceeded',
    severity: 'error',
    file,
    message: 'The upload unpacks to more than this installation allows (thatch.limits.decompressed_bytes).',
    hint: 'Send the reports in several uploads, or raise the limit.',
  };
}
