import type { Codec } from '../packages/engine/src/codec.ts';
import type { ReportContext } from '../packages/engine/src/formats/format.ts';
import { DEFAULT_SETTINGS, LineTable, type Problem, type Settings } from '../packages/engine/src/index.ts';

/** Takes the lines of a report and forgets them at the next source: what a reader costs on its own. */
export class TablesOnly implements ReportContext {
  readonly fileName = 'report';
  readonly settings: Settings = DEFAULT_SETTINGS;
  readonly codec: Codec;
  private readonly table = new LineTable();

  constructor(codec: Codec) {
    this.codec = codec;
  }

  source(): LineTable {
    this.table.clear();
    return this.table;
  }

  addRoot(): void {}

  problem(problem: Omit<Problem, 'file'>): void {
    throw new Error(`a generated report is read without problems: ${problem.message}`);
  }

  isExpired(): boolean {
    return false;
  }
}
