import { concatenate } from '../bytes/concatenate.ts';
import { readRange, type ByteSource } from '../bytes/source.ts';
import type { Codec } from '../codec.ts';
import type { Container, ContainerFile, Fixes } from './container.ts';

/*
 * The text container of the bash uploader, the node uploader, npm codecov and the CLI's legacy mode (upload-protocol §4.2): a
 * section is what lies between markers, its kind is the marker after it. A body without any marker is one report.
 */

type SectionKind = 'network' | 'ENV' | 'EOF';

interface Section {
  readonly start: number;
  readonly end: number;
  readonly kind: SectionKind;
}

const ANGLE = 60;
const MARKER_LENGTH = 6;
/** The longest marker, `<<<<<< network`, and the line end that makes it count. */
const LONGEST_MARKER = 16;
const CUT = '==FROMNOWONIGNOREDBYCODECOV==>>>';
/** Beyond this, a list of files, an environment or a fixes section is not read; reports have no such limit. */
const LARGEST_TEXT_SECTION = 1 << 28;
const LONGEST_NAME = 4096;

/** Finds the sections of a text container. */
export async function indexTextContainer(source: ByteSource, codec: Codec): Promise<Container> {
  const sections = await findSections(source);
  const files: ContainerFile[] = [];
  let network: readonly string[] | null = null;
  let env: Record<string, string> | null = null;
  let fixes: Fixes | null = null;
  for (const section of sections) {
    if (section.kind === 'EOF') {
      const file = await readFileSection(source, section, codec);
      if (file === null) continue;
      if (file.name === 'fixes') fixes = { kind: 'text', text: await rangeText(source, file.ranges[0], codec) };
      else files.push(file);
      continue;
    }
    const text = await rangeText(source, [section.start, section.end], codec);
    if (section.kind === 'network') network = text.split('\n').map((line) => line.replace(/\r$/, ''));
    else env = readEnvironment(text);
  }
  return { kind: 'text', network, env, fixes, files, problems: [] };
}

async function findSections(source: ByteSource): Promise<Section[]> {
  const finder = new MarkerFinder();
  for await (const chunk of source.open(0, source.size)) {
    finder.push(chunk);
    if (finder.isCut) break;
  }
  return finder.finish();
}

/** Looks for markers in chunks; keeps the last bytes of a chunk, as a marker may lie across two. */
class MarkerFinder {
  isCut = false;
  private readonly sections: Section[] = [];
  private sectionStart = 0;
  /** Position in the whole input of the first byte of `carry`. */
  private base = 0;
  private carry: Uint8Array = new Uint8Array(0);
  private readonly cut = Uint8Array.from(CUT, (character) => character.charCodeAt(0));
  private readonly cutSkip = new Uint8Array(256).fill(CUT.length);

  constructor() {
    this.cut.forEach((byte, index) => {
      if (index < CUT.length - 1) this.cutSkip[byte] = CUT.length - 1 - index;
    });
  }

  push(chunk: Uint8Array): void {
    const bytes = this.carry.length === 0 ? chunk : concatenate([this.carry, chunk]);
    this.search(bytes, false);
    const kept = Math.min(bytes.length, CUT.length + LONGEST_MARKER);
    this.base += bytes.length - kept;
    this.carry = bytes.slice(bytes.length - kept);
  }

  finish(): Section[] {
    if (!this.isCut) {
      this.search(this.carry, true);
      if (!this.isCut) this.close(this.base + this.carry.length, 'EOF', 0);
    }
    return this.sections;
  }

  private search(bytes: Uint8Array, isLast: boolean): void {
    const cutAt = this.findCut(bytes);
    const end = cutAt < 0 ? bytes.length : cutAt;
    this.findMarkers(bytes, end, isLast || cutAt >= 0);
    if (cutAt < 0 || this.isCut) return;
    this.isCut = true;
    this.close(this.base + cutAt, 'EOF', 0);
  }

  /** Every sixth byte is enough to find six equal ones in a row. */
  private findMarkers(bytes: Uint8Array, end: number, isLast: boolean): void {
    let at = Math.max(0, this.sectionStart - this.base) + MARKER_LENGTH - 1;
    while (at < end) {
      if (bytes[at] !== ANGLE) {
        at += MARKER_LENGTH;
        continue;
      }
      let start = at;
      while (start > 0 && bytes[start - 1] === ANGLE && this.base + start > this.sectionStart) start--;
      let stop = at + 1;
      while (stop < end && bytes[stop] === ANGLE) stop++;
      // A marker that may go on in the next chunk is looked at again then: `carry` is longer than the longest one.
      if (!isLast && stop + LONGEST_MARKER > end) return;
      const kind = stop - start >= MARKER_LENGTH ? kindAt(bytes, stop, end) : null;
      if (kind === null) {
        at = stop + MARKER_LENGTH - 1;
        continue;
      }
      const markerEnd = stop + 1 + kind.length;
      this.close(this.base + stop - MARKER_LENGTH, kind, markerEnd - stop + MARKER_LENGTH);
      at = markerEnd + MARKER_LENGTH - 1;
    }
  }

  private findCut(bytes: Uint8Array): number {
    const last = CUT.length - 1;
    let at = Math.max(0, this.sectionStart - this.base);
    while (at + last < bytes.length) {
      const byte = bytes[at + last];
      if (byte === this.cut[last] && this.matchesCut(bytes, at)) return at;
      at += this.cutSkip[byte];
    }
    return -1;
  }

  private matchesCut(bytes: Uint8Array, at: number): boolean {
    for (let index = 0; index < CUT.length; index++) if (bytes[at + index] !== this.cut[index]) return false;
    return true;
  }

  private close(end: number, kind: SectionKind, markerLength: number): void {
    if (end > this.sectionStart) this.sections.push({ start: this.sectionStart, end, kind });
    this.sectionStart = end + markerLength;
  }
}

/** The kind of a marker whose `<<<<<<` ends at `at`. It counts only where it ends a line, so a report may quote one. */
function kindAt(bytes: Uint8Array, at: number, end: number): SectionKind | null {
  for (const kind of ['network', 'ENV', 'EOF'] as const) {
    if (!matchesText(bytes, at, ` ${kind}`)) continue;
    const after = at + 1 + kind.length;
    const next = after < end ? bytes[after] : 10;
    return next === 10 || next === 13 ? kind : null;
  }
  return null;
}

function matchesText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** A file section without its blanks and its `# path=` line; null when nothing is left. */
async function readFileSection(source: ByteSource, section: Section, codec: Codec): Promise<ContainerFile | null> {
  const [start, end] = await trimRange(source, section.start, section.end);
  if (start >= end) return null;
  const head = await readRange(source, start, Math.min(end, start + LONGEST_NAME));
  if (!matchesText(head, 0, '# path=')) return { name: '', ranges: [[start, end]], encoding: 'plain' };
  const lineEnd = head.indexOf(10);
  const nameEnd = lineEnd < 0 ? head.length : lineEnd;
  const name = codec.text(head, 7, nameEnd).trim();
  const [bodyStart, bodyEnd] = await trimRange(source, start + nameEnd, end);
  return bodyStart >= bodyEnd ? null : { name, ranges: [[bodyStart, bodyEnd]], encoding: 'plain' };
}

/** Cuts ASCII blanks at both ends of a range. */
async function trimRange(source: ByteSource, start: number, end: number): Promise<[number, number]> {
  const step = 1 << 12;
  let first = start;
  scanning: while (first < end) {
    for (const byte of await readRange(source, first, Math.min(end, first + step))) {
      if (!isBlank(byte)) break scanning;
      first++;
    }
  }
  let last = end;
  scanning: while (last > first) {
    const from = Math.max(first, last - step);
    const tail = await readRange(source, from, last);
    for (let index = tail.length - 1; index >= 0; index--) {
      if (!isBlank(tail[index])) break scanning;
      last--;
    }
  }
  return [first, last];
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

async function rangeText(source: ByteSource, [start, end]: readonly [number, number], codec: Codec): Promise<string> {
  const bytes = await readRange(source, start, Math.min(end, start + LARGEST_TEXT_SECTION));
  return codec.text(bytes, 0, bytes.length).trim();
}

function readEnvironment(text: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) environment[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return environment;
}
