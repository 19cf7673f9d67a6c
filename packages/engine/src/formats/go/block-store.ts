import type { Codec } from '../../codec.ts';
import { FIELDS, PackedBlocks, sortAndMerge, type PackedPlace } from './packed-blocks.ts';
import { PathTable } from './path-table.ts';

/** Blocks of a file stand in segments of an arena; the number behind the last block is where the next segment starts. */
const SEGMENT = 16 * FIELDS;
const NOWHERE = 0;

/** Numbers that are kept unpacked, in an arena of 32 MB; beyond, all files are packed to a few bytes per block. */
const MOST_UNPACKED = 7 << 19;
/** Blocks of a file from which repeated ones are looked for. */
const FIRST_LIMIT = 1024;

class GoFile {
  /** First segment in the arena; NOWHERE when nothing is unpacked. */
  first = NOWHERE;
  /** Where the next block goes, and the end of its segment. */
  next = NOWHERE;
  segmentEnd = NOWHERE;
  /** Unpacked blocks, and how many there must be before repeated ones are looked for. */
  count = 0;
  limit = FIRST_LIMIT;
  packed: PackedPlace | null = null;
}

/**
 * The blocks of a profile by file. The same block again only raises its count, so that a profile which repeats itself (one
 * per package, written one after the other) does not grow; what comes in the same order again costs no search.
 */
export class BlockStore {
  /** Blocks that were added, repeated ones too. */
  blocksRead = 0;
  private readonly paths: PathTable;
  private readonly files: GoFile[] = [];
  private readonly packed = new PackedBlocks();
  private readonly mostUnpacked: number;
  private arena = new Float64Array(1 << 17);
  /** The first number of the arena belongs to nobody: NOWHERE. */
  private arenaLength = 1;
  private file = new GoFile();
  private next = NOWHERE;
  private segmentEnd = NOWHERE;
  /** Where the next block stands if the profile goes through the file in the same order again, and the end of its segment. */
  private cursor = NOWHERE;
  private cursorEnd = NOWHERE;

  /** `mostUnpacked` is how many numbers may be kept unpacked. */
  constructor(codec: Codec, mostUnpacked = MOST_UNPACKED) {
    this.paths = new PathTable(codec);
    this.mostUnpacked = mostUnpacked;
  }

  /** Selects the file of the path `bytes[start, start + length)`. */
  select(bytes: Uint8Array, start: number, length: number): void {
    const number = this.paths.numberOf(bytes, start, length);
    if (this.files[number] === this.file) return;
    this.leave();
    if (number === this.files.length) this.files.push(new GoFile());
    this.enter(this.files[number]);
  }

  /** Adds a block to the selected file. */
  add(from: number, to: number, count: number): void {
    this.blocksRead++;
    const { arena, cursor } = this;
    if (cursor !== this.next && arena[cursor] === from && arena[cursor + 1] === to) {
      if (count > arena[cursor + 2]) arena[cursor + 2] = count;
      this.advanceCursor();
      return;
    }
    if (this.next === this.segmentEnd) this.addSegment();
    const at = this.next;
    this.arena[at] = from;
    this.arena[at + 1] = to;
    this.arena[at + 2] = count;
    this.next = at + FIELDS;
    this.file.count++;
    this.rewind();
    if (this.file.count >= this.file.limit) this.mergeRepeated();
  }

  /** Calls with each file's different blocks, in the order in which the profile named the files. The array is valid during the call. */
  forEachFile(call: (path: string, blocks: Float64Array, length: number) => void): void {
    this.leave();
    for (const [number, file] of this.files.entries()) {
      const blocks = this.allOf(file);
      call(this.paths.texts[number], blocks, this.lengthOfAll);
    }
  }

  private leave(): void {
    this.file.next = this.next;
    this.file.segmentEnd = this.segmentEnd;
    if (this.arenaLength > this.mostUnpacked) this.packAll();
  }

  private enter(file: GoFile): void {
    this.file = file;
    this.next = file.next;
    this.segmentEnd = file.segmentEnd;
    this.rewind();
  }

  private rewind(): void {
    this.cursor = this.file.first;
    this.cursorEnd = this.cursor + SEGMENT;
  }

  private advanceCursor(): void {
    this.cursor += FIELDS;
    // Round to the first block: the profile may go through the file once more.
    if (this.cursor === this.next) this.rewind();
    else if (this.cursor === this.cursorEnd) {
      this.cursor = this.arena[this.cursorEnd];
      this.cursorEnd = this.cursor + SEGMENT;
    }
  }

  /** Goes on in the segment after the current one, which is a new one unless merging left some empty. */
  private addSegment(): void {
    let segment = this.segmentEnd === NOWHERE ? NOWHERE : this.arena[this.segmentEnd];
    if (segment === NOWHERE) {
      segment = this.newSegment();
      if (this.segmentEnd === NOWHERE) this.file.first = segment;
      else this.arena[this.segmentEnd] = segment;
    }
    this.next = segment;
    this.segmentEnd = segment + SEGMENT;
  }

  private newSegment(): number {
    const start = this.arenaLength;
    this.arenaLength += SEGMENT + 1;
    if (this.arenaLength > this.arena.length) {
      const grown = new Float64Array(this.arena.length * 2);
      grown.set(this.arena);
      this.arena = grown;
    }
    this.arena[start + SEGMENT] = NOWHERE;
    return start;
  }

  private mergeRepeated(): void {
    const { file } = this;
    file.next = this.next;
    const length = file.count * FIELDS;
    const blocks = new Float64Array(length);
    this.gather(file, blocks, 0);
    const kept = sortAndMerge(blocks, length);
    let segment = file.first;
    for (let at = 0; at < kept; at += SEGMENT) {
      if (at > 0) segment = this.arena[segment + SEGMENT];
      this.arena.set(blocks.subarray(at, Math.min(at + SEGMENT, kept)), segment);
    }
    this.segmentEnd = segment + SEGMENT;
    this.next = segment + (((kept - FIELDS) % SEGMENT) + FIELDS);
    file.count = kept / FIELDS;
    file.limit = Math.max(FIRST_LIMIT, file.count * 2);
    this.rewind();
  }

  /** Copies the unpacked blocks of a file to `into` from `offset` on. */
  private gather(file: GoFile, into: Float64Array, offset: number): void {
    let left = file.count * FIELDS;
    let at = offset;
    for (let segment = file.first; left > 0; segment = this.arena[segment + SEGMENT]) {
      const length = Math.min(left, SEGMENT);
      into.set(this.arena.subarray(segment, segment + length), at);
      at += length;
      left -= length;
    }
  }

  private scratch = new Float64Array(1 << 12);
  /** Numbers that the last {@link allOf} gave. */
  private lengthOfAll = 0;

  /** All blocks of a file, packed and unpacked, repeated ones merged only where it was packed. Valid until the next call. */
  private allOf(file: GoFile): Float64Array {
    const unpacked = file.count * FIELDS;
    if (file.packed !== null) {
      const blocks = this.packed.unpack(file.packed, unpacked);
      this.gather(file, blocks, blocks.length - unpacked);
      this.lengthOfAll = unpacked === 0 ? blocks.length : sortAndMerge(blocks, blocks.length);
      return blocks;
    }
    if (unpacked > this.scratch.length) this.scratch = new Float64Array(unpacked * 2);
    this.gather(file, this.scratch, 0);
    this.lengthOfAll = unpacked;
    return this.scratch;
  }

  /** Packs every file that has unpacked blocks, which empties the arena. */
  private packAll(): void {
    for (const file of this.files) {
      if (file.count === 0) continue;
      const blocks = this.allOf(file);
      const length = file.packed === null ? sortAndMerge(blocks, this.lengthOfAll) : this.lengthOfAll;
      file.packed = this.packed.pack(blocks, length, file.packed);
      file.first = NOWHERE;
      file.next = NOWHERE;
      file.segmentEnd = NOWHERE;
      file.count = 0;
      file.limit = FIRST_LIMIT;
    }
    this.arenaLength = 1;
    if (!this.packed.isWasteful) return;
    const packed = this.files.filter((file) => file.packed !== null);
    this.packed.rewrite(packed.map((file) => file.packed!)).forEach((place, index) => (packed[index].packed = place));
  }
}
