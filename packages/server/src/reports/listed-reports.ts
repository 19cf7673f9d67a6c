import type { HeldReport } from './open-reports.ts';
import { ReportFiles } from './report-files.ts';

/** So many files are listed in memory, about 100 bytes each. */
const MOST_FILES = 600_000;

/** Lists of files of the reports that pages looked at lately, by the report's name: a report never changes. */
export class ListedReports {
  private readonly mostFiles: number;
  private readonly lists = new Map<string, ReportFiles>();
  private files = 0;

  constructor(mostFiles = MOST_FILES) {
    this.mostFiles = mostFiles;
  }

  /** The files of the report called `name`; it is only held when they are not known. */
  async list(name: string, hold: () => Promise<HeldReport>): Promise<ReportFiles> {
    const known = this.lists.get(name);
    if (known !== undefined) {
      this.lists.delete(name);
      this.lists.set(name, known);
      return known;
    }
    const held = await hold();
    try {
      return this.keep(name, new ReportFiles(held.report));
    } finally {
      held.release();
    }
  }

  private keep(name: string, list: ReportFiles): ReportFiles {
    // Two may have asked at once.
    this.forget(name);
    this.lists.set(name, list);
    this.files += list.paths.length;
    for (const oldest of this.lists.keys()) {
      if (this.files <= this.mostFiles || oldest === name) break;
      this.forget(oldest);
    }
    return list;
  }

  private forget(name: string): void {
    const list = this.lists.get(name);
    if (list === undefined) return;
    this.lists.delete(name);
    this.files -= list.paths.length;
  }
}
