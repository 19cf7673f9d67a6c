import { readRange, type ByteSource } from '../bytes/source.ts';
import type { Codec } from '../codec.ts';
import type { Problem } from '../model/problem.ts';
import type { Container, ContainerFile, Fixes } from './container.ts';

/*
 * Our own container: the parts of a multipart upload (upload-protocol §8.1), written while they arrive, whatever their bytes.
 *
 *   magic
 *   part      length of the header (4 bytes), header (JSON), chunks: length (4 bytes) and bytes, a length of 0 ends the part
 *   …
 *
 * Numbers are little-endian.
 */
const MAGIC = Uint8Array.of(0x89, 0x54, 0x48, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
const LONGEST_HEADER = 1 << 16;
const LARGEST_TEXT = 1 << 28;

/** What a part is for. */
export interface FrameHeader {
  readonly role: 'report' | 'fixes' | 'network';
  /** File name as sent. */
  readonly name: string;
}

/** The first bytes of the container. */
export function framesStart(): Uint8Array {
  return MAGIC.slice();
}

/** What stands before the chunks of a part. */
export function frameHeader(header: FrameHeader, codec: Codec): Uint8Array {
  const text = codec.bytes(JSON.stringify({ role: header.role, name: header.name.slice(0, 4096) }));
  const bytes = new Uint8Array(4 + text.length);
  bytes.set(frameLength(text.length));
  bytes.set(text, 4);
  return bytes;
}

/** What stands before a chunk of `length` bytes; 0 ends the part. */
export function frameLength(length: number): Uint8Array {
  return Uint8Array.of(length & 255, (length >>> 8) & 255, (length >>> 16) & 255, (length >>> 24) & 255);
}

/** Whether bytes begin as {@link framesStart} does. */
export function isFramed(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, index) => head[index] === byte);
}

/** Finds the parts. A cut tail loses only the part that it lies in. */
export async function indexFrames(source: ByteSource, codec: Codec): Promise<Container> {
  const files: ContainerFile[] = [];
  const problems: Problem[] = [];
  let network: readonly string[] | null = null;
  let fixes: Fixes | null = null;
  let at = MAGIC.length;
  while (at < source.size) {
    const part = await readPart(source, at, codec);
    if (part === null) {
      problems.push(cutOff());
      break;
    }
    at = part.end;
    const { header, ranges } = part;
    if (header.role === 'report') files.push({ name: header.name, ranges, encoding: 'plain' });
    else if (header.role === 'network') network = (await rangesText(source, ranges, codec)).split(/\r?\n/);
    else fixes = { kind: 'text', text: await rangesText(source, ranges, codec) };
  }
  return { kind: 'frames', network, env: null, fixes, files, problems };
}

interface Part {
  readonly header: FrameHeader;
  readonly ranges: (readonly [number, number])[];
  readonly end: number;
}

async function readPart(source: ByteSource, start: number, codec: Codec): Promise<Part | null> {
  const headerLength = await readLength(source, start);
  if (headerLength === null || headerLength > LONGEST_HEADER) return null;
  const headerEnd = start + 4 + headerLength;
  if (headerEnd > source.size) return null;
  const text = await readRange(source, start + 4, headerEnd);
  const header = readHeader(codec.text(text, 0, text.length));
  if (header === null) return null;
  const ranges: (readonly [number, number])[] = [];
  let at = headerEnd;
  for (;;) {
    const length = await readLength(source, at);
    if (length === null || at + 4 + length > source.size) return null;
    at += 4;
    if (length === 0) return { header, ranges, end: at };
    ranges.push([at, at + length]);
    at += length;
  }
}

/** Anybody may send bytes that begin like ours, so nothing in them is believed. */
function readHeader(text: string): FrameHeader | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { role, name } = value as Record<string, unknown>;
  if (typeof name !== 'string' || (role !== 'report' && role !== 'fixes' && role !== 'network')) return null;
  return { role, name };
}

async function readLength(source: ByteSource, at: number): Promise<number | null> {
  if (at + 4 > source.size) return null;
  const [a, b, c, d] = await readRange(source, at, at + 4);
  return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
}

async function rangesText(
  source: ByteSource,
  ranges: readonly (readonly [number, number])[],
  codec: Codec,
): Promise<string> {
  let text = '';
  let size = 0;
  for (const [start, end] of ranges) {
    size += end - start;
    if (size > LARGEST_TEXT) break;
    const bytes = await readRange(source, start, end);
    text += codec.text(bytes, 0, bytes.length);
  }
  return text;
}

function cutOff(): Problem {
  return {
    code: 'container_unreadable',
    severity: 'warning',
    message: 'The stored upload ends inside a part; the parts before it are read.',
    hint: 'Send the upload again.',
  };
}
