import { StoredReport, inMemory, type Codec, type RandomAccess } from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';
import type { Objects } from '../objects/objects.ts';
import { openRandomAccess } from '../workers/file-source.ts';

/** A report in use. Give it back, once. */
export interface HeldReport {
  readonly report: StoredReport;
  readonly release: () => void;
}

/** How much is kept. */
export interface OpenReportsLimits {
  /** Bytes of decoded directories, and of whole reports that lie nowhere else. */
  readonly bytes: number;
  /** Open files. */
  readonly files: number;
}

const DEFAULT_LIMITS: OpenReportsLimits = { bytes: 64 * 1024 * 1024, files: 128 };

interface Entry {
  readonly report: StoredReport;
  readonly bytes: number;
  readonly close: () => void;
  users: number;
  /** Not to be found any more: it closes with its last user. */
  isEvicted: boolean;
  isClosed: boolean;
}

/**
 * Reports that were read lately, with their directories decoded: what costs most of reading one file is finding it (performance notes
 * §2). Stored reports never change, so nothing here can be stale. What is asked for last stays; a report in use is closed when
 * its last user gives it back.
 */
export class OpenReports {
  private readonly objects: Objects;
  private readonly limits: OpenReportsLimits;
  private readonly entries = new Map<string, Entry>();
  private readonly opening = new Map<string, Promise<Entry | null>>();
  private bytes = 0;

  constructor(objects: Objects, limits: OpenReportsLimits = DEFAULT_LIMITS) {
    this.objects = objects;
    this.limits = limits;
  }

  /** The stored report of that key; null when the storage does not hold it. Throws `DamagedData` when it is none. */
  hold(key: string): Promise<HeldReport | null> {
    return this.take(key, () => this.openStored(key));
  }

  /** A report that is made when needed and lies nowhere else. `name` must tell all that it is made from. */
  async holdMade(name: string, make: () => Promise<Uint8Array>): Promise<HeldReport> {
    const held = await this.take(`made ${name}`, async () => {
      const bytes = await make();
      return openEntry(inMemory(bytes), bytes.length, () => {});
    });
    return held!;
  }

  /** Closes what nobody uses; the rest closes when it is given back. */
  close(): void {
    for (const key of [...this.entries.keys()]) this.evict(key);
  }

  private async take(key: string, open: () => Promise<Entry | null>): Promise<HeldReport | null> {
    const entry = this.entries.get(key) ?? (await this.openOnce(key, open));
    if (entry === null) return null;
    // Another one's report may have pushed it out before this turn.
    if (entry.isClosed) return this.take(key, open);
    if (!entry.isEvicted) {
      // Deleted first, so that the map's order is that of last use.
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return this.lend(entry);
  }

  // Many ask at once for the report of a commit that just got ready: it is opened once.
  private async openOnce(key: string, open: () => Promise<Entry | null>): Promise<Entry | null> {
    const known = this.opening.get(key);
    if (known !== undefined) return known;
    const opening = open();
    this.opening.set(key, opening);
    try {
      const entry = await opening;
      if (entry !== null) this.keep(key, entry);
      return entry;
    } finally {
      this.opening.delete(key);
    }
  }

  private keep(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
    for (const oldest of this.entries.keys()) {
      const isWithin = this.bytes <= this.limits.bytes && this.entries.size <= this.limits.files;
      if (isWithin || oldest === key) return;
      this.evict(oldest);
    }
  }

  private evict(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
    entry.isEvicted = true;
    closeUnused(entry);
  }

  private lend(entry: Entry): HeldReport {
    entry.users++;
    let isHeld = true;
    return {
      report: entry.report,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        entry.users--;
        if (entry.isEvicted) closeUnused(entry);
      },
    };
  }

  private async openStored(key: string): Promise<Entry | null> {
    const local = await this.objects.openLocal(key);
    if (local === null) return null;
    const file = openRandomAccess(local.path);
    const close = (): void => {
      file.close();
      void local.release();
    };
    try {
      return openEntry(file, 0, close);
    } catch (error) {
      close();
      throw error;
    }
  }
}

function closeUnused(entry: Entry): void {
  if (entry.users > 0 || entry.isClosed) return;
  entry.isClosed = true;
  entry.close();
}

/** Opening unpacks the directory and nothing else: what the codec then gives is what stays in memory. */
function openEntry(source: RandomAccess, ownBytes: number, close: () => void): Entry {
  let unpacked = 0;
  const counting: Codec = {
    ...nodeCodec,
    decompress: (bytes, size) => {
      unpacked += size;
      return nodeCodec.decompress(bytes, size);
    },
  };
  const report = StoredReport.open(source, counting);
  return { report, bytes: ownBytes + unpacked, close, users: 0, isEvicted: false, isClosed: false };
}
