import type { Codec } from '../codec.ts';
import { guessJson } from '../json/guess.ts';
import { scanJsonTop } from '../json/top.ts';
import { scanXmlRoot } from '../xml/root.ts';
import { SAMPLE_BYTES, type Format, type JsonTop, type Sample, type XmlRoot } from './format.ts';
import { FORMATS } from './index.ts';

/** What a file was found to be. */
export type Detection =
  | { readonly kind: 'format'; readonly format: Format; readonly sample: Sample }
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Text, and not in an encoding that reports are written in: no format has zero bytes between its letters. */
  | { readonly kind: 'utf16' }
  | { readonly kind: 'unrecognised'; readonly sample: Sample; readonly guess: string | null };

/**
 * Decides what a report file is from its name and its first bytes (report-formats §2.2, §2.3). `head` is at most
 * {@link SAMPLE_BYTES} long; `isWhole` says whether that is all.
 */
export function detect(fileName: string, head: Uint8Array, isWhole: boolean, codec: Codec): Detection {
  if (isUtf16(head)) return { kind: 'utf16' };
  const sample = takeSample(fileName, head, isWhole, codec);
  if (sample.kind !== 'json' && sample.text.includes('<classycle ') && sample.text.includes('</classycle>')) {
    return { kind: 'ignored', reason: 'a Classycle dependency report holds no coverage' };
  }
  if (sample.kind === 'text' && isWhole && sample.text.trimEnd().endsWith('has no code')) {
    return { kind: 'ignored', reason: 'the D listing says that the file has no code' };
  }
  for (const format of FORMATS) {
    if (format.kind === sample.kind && format.detect(sample)) return { kind: 'format', format, sample };
  }
  return { kind: 'unrecognised', sample, guess: guess(sample) };
}

/** Prepares what formats look at. */
export function takeSample(fileName: string, head: Uint8Array, isWhole: boolean, codec: Codec): Sample {
  const bytes = head.subarray(skipByteOrderMark(head), Math.min(head.length, SAMPLE_BYTES));
  const top = scanJsonTop(bytes, isWhole, codec);
  if (top !== null) return new TakenSample('json', fileName, bytes, isWhole, null, top, codec);
  const root = scanXmlRoot(bytes, codec);
  if (root !== null && root.children.length > 0)
    return new TakenSample('xml', fileName, bytes, isWhole, root, null, codec);
  return new TakenSample('text', fileName, bytes, isWhole, null, null, codec);
}

/** Makes text of the bytes only when a format asks for it: most know their file by its root or its keys. */
class TakenSample implements Sample {
  readonly kind: Sample['kind'];
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
  readonly root: XmlRoot | null;
  readonly top: JsonTop | null;
  private readonly codec: Codec;
  private knownText: string | null = null;
  private knownFirstLine: string | null = null;

  constructor(
    kind: Sample['kind'],
    fileName: string,
    bytes: Uint8Array,
    isWhole: boolean,
    root: XmlRoot | null,
    top: JsonTop | null,
    codec: Codec,
  ) {
    this.kind = kind;
    this.fileName = fileName;
    this.bytes = bytes;
    this.isWhole = isWhole;
    this.root = root;
    this.top = top;
    this.codec = codec;
  }

  get text(): string {
    this.knownText ??= this.codec.text(this.bytes, 0, this.bytes.length);
    return this.knownText;
  }

  get firstLine(): string {
    this.knownFirstLine ??= firstLineOf(this.text);
    return this.knownFirstLine;
  }
}

/** Bytes of a UTF-8 byte order mark at the start, 0 or 3. */
export function skipByteOrderMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

const FIRST_LETTERS = 16;

/** Whether a file is text in UTF-16: by its byte order mark, or by ASCII letters with a zero byte beside each. */
export function isUtf16(bytes: Uint8Array): boolean {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true;
  if (bytes.length < 2 * FIRST_LETTERS) return false;
  const zero = bytes[0] === 0 ? 0 : 1;
  for (let at = 0; at < 2 * FIRST_LETTERS; at += 2) {
    const letter = bytes[at + 1 - zero];
    if (bytes[at + zero] !== 0 || letter === 0 || letter > 0x7e) return false;
  }
  return true;
}

function firstLineOf(text: string): string {
  const end = text.indexOf('\n');
  // Everything outside of printable ASCII is taken out, report-formats §2.2.
  return (end < 0 ? text : text.slice(0, end)).replace(/[^\x20-\x7e]/g, '');
}

/** What an unread file looks like, for the sentence that its sender gets. */
function guess(sample: Sample): string | null {
  if (sample.text.includes('\u0000')) return 'binary data';
  if (sample.top !== null) return guessJson(sample.top);
  if (sample.kind === 'xml') return guessXml(sample);
  return sample.text.trim() === '' ? 'an empty file' : null;
}

function guessXml(sample: Sample): string | null {
  const name = sample.root?.name ?? '';
  if (name === 'testsuites' || name === 'testsuite' || name === 'test-run' || name === 'assemblies')
    return 'test results';
  return `XML with the root <${name.slice(0, 60)}>`;
}
