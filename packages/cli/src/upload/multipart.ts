import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { ReportFile } from './find.ts';

/** A body of `multipart/form-data` (RFC 7578) whose files are read while they are sent. */
export interface MultipartBody {
  readonly contentType: string;
  /** Opens the body once more: each attempt to send it reads the files anew and gives the same bytes. */
  open(): AsyncGenerator<Uint8Array>;
}

/** From this size on, packing costs less than sending. */
const PACKED_FROM = 32 << 10;

/**
 * Reports as parts `report`, each under its name; `network`, if any, as a list of paths, one a line (upload-protocol §8.1).
 * Larger files are packed with gzip on the way; the server knows them by their first bytes.
 */
export function multipartBody(
  reports: readonly ReportFile[],
  network: readonly string[],
  boundary: string,
): MultipartBody {
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    async *open() {
      if (network.length > 0) {
        yield text(`${partHead(boundary, 'network', 'network')}${network.join('\n')}\n\r\n`);
      }
      for (const report of reports) {
        yield text(partHead(boundary, 'report', report.name));
        yield* contents(report);
        yield text('\r\n');
      }
      yield text(`--${boundary}--\r\n`);
    },
  };
}

function partHead(boundary: string, name: string, fileName: string): string {
  const disposition = `Content-Disposition: form-data; name="${name}"; filename="${escapeName(fileName)}"`;
  return `--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`;
}

/** As browsers write it (HTML Standard, multipart form data): these three would end the name or the header. */
function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

async function* contents(report: ReportFile): AsyncGenerator<Uint8Array> {
  const file = createReadStream(report.path);
  if (report.size < PACKED_FROM || (await isPacked(report.path))) {
    yield* file;
    return;
  }
  const packed = createGzip({ level: 5 });
  // `pipe` does not hand errors on.
  file.on('error', (error) => packed.destroy(error));
  yield* file.pipe(packed) as Readable & AsyncIterable<Buffer>;
}

/** Whether a file begins like gzip, zstd or zip. */
async function isPacked(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(4);
    await file.read(start, 0, 4, 0);
    const magic = start.toString('hex');
    return magic.startsWith('1f8b') || magic === '28b52ffd' || magic === '504b0304';
  } finally {
    await file.close();
  }
}

function text(value: string): Uint8Array {
  return Buffer.from(value, 'utf8');
}
