import type { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import busboy from 'busboy';
import { frameHeader, frameLength, framesStart, type FrameHeader } from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';
import { HEAD_BYTES } from '../../pipeline/sniff.ts';

/** What the parts of a form were, known when its last byte is read. */
export interface FormSummary {
  readonly reports: number;
  /** Bytes of all reports together. */
  readonly reportBytes: number;
  /** The first bytes of the first report. */
  readonly head: Uint8Array;
  /** What is wrong with the form; null when nothing is. */
  readonly fault: FormFault | null;
}

export interface FormFault {
  readonly status: 400 | 401 | 413;
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
}

/** Takes the part `meta` as it arrives; called once at most. */
export type MetaSink = (bytes: AsyncIterable<Uint8Array>) => Promise<FormFault | null>;

/** The bytes of a form, unpacked. */
export interface FormBody {
  readonly stream: Readable;
  /** Lets go of what is not read. */
  readonly stop: () => void;
}

/** A form on its way into one object. */
export interface FormReader {
  /** The engine's framed container of all reports, lists of files and fixes (upload-protocol §8.1). */
  readonly frames: AsyncIterable<Uint8Array>;
  /** To be asked after the frames are read to their end. */
  readonly summary: () => FormSummary;
}

const MOST_REPORTS = 1000;
/** Lists that a form carries as plain fields are held in memory. */
const LARGEST_FIELD = 64 * 1024 * 1024;
const MOST_HEADER_PAIRS = 100;
/**
 * Parts are cut anew: a repeated request arrives in other pieces, and its object must have the same bytes, whose digest tells repeats and
 * orders merges.
 */
const PIECE_BYTES = 64 * 1024;

/**
 * Reads `multipart/form-data` and gives its parts as one framed object while they arrive: nothing is held but the piece at hand. Parts of
 * other names are passed over.
 *
 * @returns null when the content type has no boundary
 */
export function readForm(headers: IncomingHttpHeaders, body: FormBody, takeMeta: MetaSink): FormReader | null {
  const parser = openParser(headers);
  if (parser === null) return null;
  const form = new Form(parser, body, takeMeta);
  return { frames: form.frames(), summary: () => form.summary() };
}

type Parser = ReturnType<typeof busboy>;

type Part =
  | { readonly kind: 'file'; readonly name: string; readonly fileName: string; readonly stream: Readable }
  | { readonly kind: 'field'; readonly name: string; readonly value: string; readonly isCut: boolean };

function openParser(headers: IncomingHttpHeaders): Parser | null {
  try {
    return busboy({
      headers,
      preservePath: true,
      defParamCharset: 'utf8',
      limits: { fieldSize: LARGEST_FIELD, fileSize: Infinity, headerPairs: MOST_HEADER_PAIRS },
    });
  } catch {
    return null;
  }
}

class Form {
  private readonly body: FormBody;
  private readonly parser: Parser;
  private readonly parts: PartQueue;
  private readonly takeMeta: MetaSink;
  private readonly head: Uint8Array[] = [];
  private headSize = 0;
  private reports = 0;
  private reportBytes = 0;
  private hasMeta = false;
  private fault: FormFault | null = null;

  constructor(parser: Parser, body: FormBody, takeMeta: MetaSink) {
    this.body = body;
    this.parser = parser;
    this.takeMeta = takeMeta;
    this.parts = new PartQueue(parser);
    const { stream } = body;
    stream.on('error', (error) => parser.destroy(error));
    stream.once('close', () => {
      if (!stream.readableEnded) parser.destroy(new Error('the body broke off'));
    });
    stream.pipe(parser);
  }

  summary(): FormSummary {
    return {
      reports: this.reports,
      reportBytes: this.reportBytes,
      head: Buffer.concat(this.head),
      fault: this.fault,
    };
  }

  async *frames(): AsyncGenerator<Uint8Array> {
    try {
      yield framesStart();
      for (let part = await this.parts.next(); part !== null; part = await this.parts.next()) {
        yield* this.frame(part);
        // Nothing of a form with a fault is kept, so the rest need not be read.
        if (this.fault !== null) return;
      }
    } finally {
      // What is left of the body is for the connection to throw away.
      this.body.stream.unpipe(this.parser);
      this.body.stop();
      this.parser.destroy();
    }
  }

  private async *frame(part: Part): AsyncGenerator<Uint8Array> {
    if (part.name === 'report') {
      this.reports++;
      if (this.reports > MOST_REPORTS) this.fault = TOO_MANY;
      else yield* this.pieces({ role: 'report', name: fileNameOf(part) }, part, (bytes) => this.countReport(bytes));
    } else if (part.name === 'fixes' || part.name === 'network') {
      yield* this.pieces({ role: part.name, name: part.name }, part, () => {});
    } else if (part.name === 'meta') {
      this.fault = this.hasMeta ? TWO_METAS : await this.takeMeta(bytesOf(part));
      this.hasMeta = true;
    } else if (part.kind === 'file') part.stream.resume();
  }

  private async *pieces(
    header: FrameHeader,
    part: Part,
    onBytes: (bytes: Uint8Array) => void,
  ): AsyncGenerator<Uint8Array> {
    if (part.kind === 'field' && part.isCut) {
      this.fault = LARGE_FIELD;
      return;
    }
    yield frameHeader(header, nodeCodec);
    for await (const piece of evenPieces(bytesOf(part))) {
      onBytes(piece);
      yield frameLength(piece.length);
      yield piece;
    }
    yield frameLength(0);
  }

  private countReport(bytes: Uint8Array): void {
    this.reportBytes += bytes.length;
    if (this.reports > 1 || this.headSize >= HEAD_BYTES) return;
    this.head.push(bytes);
    this.headSize += bytes.length;
  }
}

/** The parts in their order, each as it begins; a failure of the parser or the connection comes out of `next`. */
class PartQueue {
  private readonly waiting: Part[] = [];
  private isOver = false;
  private error: Error | null = null;
  private wake: () => void = () => {};

  constructor(parser: Parser) {
    parser.on('file', (name, stream, info) => {
      // Its failure is the parser's, which is told below; unheard it would end the process.
      stream.on('error', () => {});
      this.add({ kind: 'file', name, fileName: info.filename ?? '', stream });
    });
    parser.on('field', (name, value, info) => this.add({ kind: 'field', name, value, isCut: info.valueTruncated }));
    parser.on('error', (error) => this.end(error instanceof Error ? error : new Error(String(error))));
    parser.once('close', () => this.end(null));
  }

  async next(): Promise<Part | null> {
    for (;;) {
      const part = this.waiting.shift();
      if (part !== undefined) return part;
      if (this.error !== null) throw this.error;
      if (this.isOver) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private add(part: Part): void {
    this.waiting.push(part);
    this.wake();
  }

  private end(error: Error | null): void {
    this.error ??= error;
    this.isOver = true;
    this.wake();
  }
}

async function* bytesOf(part: Part): AsyncGenerator<Uint8Array> {
  if (part.kind === 'field') yield Buffer.from(part.value, 'utf8');
  else yield* part.stream as AsyncIterable<Uint8Array>;
}

/** The same bytes in pieces of equal size, but for the last. */
async function* evenPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + PIECE_BYTES - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < PIECE_BYTES) continue;
      yield piece;
      piece = new Uint8Array(PIECE_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

function fileNameOf(part: Part): string {
  return part.kind === 'file' ? part.fileName.toWellFormed() : '';
}

const TOO_MANY: FormFault = {
  status: 400,
  code: 'too_many_reports',
  detail: `One request carries at most ${MOST_REPORTS} parts named "report".`,
  hint: 'Send the others in further requests for the same commit.',
};
const TWO_METAS: FormFault = {
  status: 400,
  code: 'meta_repeated',
  detail: 'One request carries at most one part named "meta".',
  hint: 'Send the other to /upload/meta.',
};
const LARGE_FIELD: FormFault = {
  status: 413,
  code: 'field_too_large',
  detail: `A part without a file name has at most ${LARGEST_FIELD} bytes.`,
  hint: 'Send it as a file: curl -F "report=@lcov.info".',
};
