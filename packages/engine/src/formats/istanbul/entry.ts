import type { JsonScanner } from '../../json/scanner.ts';
import { LocationReader } from './location.ts';
import { NumberList } from './number-list.ts';

/** Places of the source by id: where statements, functions and branch arms begin and end. Line 0 = nowhere, not to be recorded. */
export class Places {
  readonly ids = new NumberList();
  readonly lines = new NumberList();
  /** Filled only when columns are wanted. */
  readonly startColumns = new NumberList();
  readonly endLines = new NumberList();
  readonly endColumns = new NumberList();
  /** Offset of the first place in the document, for problems. */
  byte = 0;

  clear(): void {
    this.ids.length = 0;
    this.lines.length = 0;
    this.startColumns.length = 0;
    this.endLines.length = 0;
    this.endColumns.length = 0;
  }

  /** Adds the place that was just read. */
  add(id: number, place: LocationReader, isWanted: boolean, withColumns: boolean): void {
    this.ids.push(id);
    this.lines.push(isWanted ? place.startLine : 0);
    if (!withColumns) return;
    this.startColumns.push(place.startColumn);
    this.endLines.push(place.endLine);
    this.endColumns.push(place.endColumn);
  }
}

/** Counts by id, in the order in which they are written. A branch has one for each arm: its arms end before `ends`. */
export class Counts {
  readonly ids = new NumberList();
  readonly values = new NumberList();
  readonly ends = new NumberList();

  clear(): void {
    this.ids.length = 0;
    this.values.length = 0;
    this.ends.length = 0;
  }
}

/** Branches by id; the arms of number `i` are those of `arms` before `ends[i]`. */
export class Branches {
  readonly ids = new NumberList();
  readonly ends = new NumberList();
  readonly arms = new Places();
  /** Filled only when columns are wanted: the branch as a whole, and 1 where it is an `if`. */
  readonly wholes = new Places();
  readonly isIf = new NumberList();

  clear(): void {
    this.ids.length = 0;
    this.ends.length = 0;
    this.arms.clear();
    this.wholes.clear();
    this.isIf.length = 0;
  }
}

/** The parts of a file's old JSCover form, to be read once all of them are known. */
export interface LegacyParts {
  lineData: JsonScanner | null;
  branchData: JsonScanner | null;
  linesCovered: JsonScanner | null;
}

/**
 * What a report says about one source file, as columns of numbers. Filled again for file after file: the maps and their counts
 * come in any order, and are joined when the file is over.
 */
export class Entry {
  readonly statements = new Places();
  readonly statementCounts = new Counts();
  readonly branches = new Branches();
  readonly branchCounts = new Counts();
  readonly functions = new Places();
  readonly functionCounts = new Counts();
  readonly legacy: LegacyParts = { lineData: null, branchData: null, linesCovered: null };
  /** Whether any part of an Istanbul file was found. */
  isIstanbul = false;
  readonly withColumns: boolean;
  private readonly place = new LocationReader();
  private readonly body = new LocationReader();
  private readonly names = new Map<string, number>();

  constructor(withColumns: boolean) {
    this.withColumns = withColumns;
  }

  /** Reads the value of one file; the scanner stands before it. */
  read(json: JsonScanner): void {
    this.clear();
    if (json.enterObject()) this.readParts(json, true);
  }

  private readParts(json: JsonScanner, mayNest: boolean): void {
    while (json.nextKey()) {
      // A nested `data` object (coverage maps of istanbul-lib-coverage) stands for the whole file.
      if (mayNest && json.keyIs('data') && json.kind() === 'object') {
        this.clear();
        json.enterObject();
        this.readParts(json, false);
        json.leave();
        return;
      }
      if (this.readPart(json)) this.isIstanbul = true;
    }
  }

  private readPart(json: JsonScanner): boolean {
    if (json.keyIs('statementMap')) this.readStatements(json);
    else if (json.keyIs('s')) this.readCounts(json, this.statementCounts);
    else if (json.keyIs('branchMap')) this.readBranches(json);
    else if (json.keyIs('b')) this.readArmCounts(json);
    else if (json.keyIs('fnMap')) this.readFunctions(json);
    else if (json.keyIs('f')) this.readCounts(json, this.functionCounts);
    else if (json.keyIs('lineData')) this.legacy.lineData = json.fork();
    else if (json.keyIs('branchData')) this.legacy.branchData = json.fork();
    else if (json.keyIs('linesCovered')) this.legacy.linesCovered = json.fork();
    else return false;
    return true;
  }

  private readStatements(json: JsonScanner): void {
    const { place, statements, withColumns } = this;
    statements.byte = json.at;
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      const id = this.idOf(json);
      place.read(json);
      statements.add(id, place, !place.isSkipped, withColumns);
    }
  }

  private readCounts(json: JsonScanner, counts: Counts): void {
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      counts.ids.push(this.idOf(json));
      counts.values.push(json.number());
    }
  }

  /** A function counts where its body begins; where writers leave `loc` out, at its declaration or its `line`. */
  private readFunctions(json: JsonScanner): void {
    const { place, body, functions } = this;
    functions.byte = json.at;
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      const id = this.idOf(json);
      let isSkipped = false;
      let line = 0;
      body.clear();
      place.clear();
      if (!json.enterObject()) continue;
      while (json.nextKey()) {
        if (json.keyIs('loc')) body.read(json);
        else if (json.keyIs('decl')) place.read(json);
        else if (json.keyIs('line')) line = json.number() || 0;
        else if (json.keyIs('skip')) isSkipped = json.kind() === 'true';
      }
      body.startLine ||= place.startLine || line;
      functions.add(id, body, !isSkipped && !body.isSkipped, false);
    }
  }

  private readBranches(json: JsonScanner): void {
    const { branches } = this;
    branches.arms.byte = json.at;
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      const id = this.idOf(json);
      if (!json.enterObject()) continue;
      this.readBranch(json, id);
      branches.ids.push(id);
      branches.ends.push(branches.arms.lines.length);
    }
  }

  private readBranch(json: JsonScanner, id: number): void {
    const { branches, body, withColumns } = this;
    const firstArm = branches.arms.lines.length;
    let isSkipped = false;
    let isIf = 0;
    let line = 0;
    body.clear();
    while (json.nextKey()) {
      if (json.keyIs('locations')) this.readArms(json, id);
      else if (json.keyIs('skip')) isSkipped = json.kind() === 'true';
      else if (!withColumns) continue;
      else if (json.keyIs('loc')) body.read(json);
      else if (json.keyIs('line')) line = json.number() || 0;
      else if (json.keyIs('type')) isIf = json.string() === 'if' ? 1 : 0;
    }
    if (isSkipped) branches.arms.lines.items.fill(0, firstArm, branches.arms.lines.length);
    if (!withColumns) return;
    branches.isIf.push(isIf);
    body.startLine ||= line;
    branches.wholes.add(id, body, !isSkipped, true);
  }

  private readArms(json: JsonScanner, id: number): void {
    const { place, branches, withColumns } = this;
    if (!json.enterArray()) return;
    while (json.nextItem()) {
      place.read(json);
      branches.arms.add(id, place, !place.isSkipped, withColumns);
    }
  }

  private readArmCounts(json: JsonScanner): void {
    const { ids, values, ends } = this.branchCounts;
    if (!json.enterObject()) return;
    while (json.nextKey()) {
      const id = this.idOf(json);
      if (!json.enterArray()) continue;
      while (json.nextItem()) values.push(json.number());
      ids.push(id);
      ends.push(values.length);
    }
  }

  /** Ids are small integers nearly always; others get numbers below zero. */
  private idOf(json: JsonScanner): number {
    if (json.keyNumber >= 0) return json.keyNumber;
    const name = json.key();
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const id = -1 - this.names.size;
    this.names.set(name, id);
    return id;
  }

  private clear(): void {
    this.isIstanbul = false;
    this.statements.clear();
    this.statementCounts.clear();
    this.branches.clear();
    this.branchCounts.clear();
    this.functions.clear();
    this.functionCounts.clear();
    this.legacy.lineData = null;
    this.legacy.branchData = null;
    this.legacy.linesCovered = null;
    if (this.names.size > 0) this.names.clear();
  }
}
