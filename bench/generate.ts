/*
 * Synthetic reports shaped like real ones, the same bytes for the same seed: "big" has 5,000 files and 645,000 lines, "typical" 300 files
 * and 38,500 lines. About 8 % of the lines have branches; counts come in runs, as they do where a function is covered or not.
 */

/** Size of a report in source files and lines. */
export interface Shape {
  readonly name: string;
  readonly files: number;
  readonly lines: number;
}

export const BIG: Shape = { name: 'big', files: 5000, lines: 645_000 };
export const TYPICAL: Shape = { name: 'typical', files: 300, lines: 38_500 };

/** One covered line. */
export interface GeneratedLine {
  readonly line: number;
  readonly count: number;
  /** Branches taken and their number; 0 of 0 where the line has none. */
  readonly taken: number;
  readonly branches: number;
}

/** One source file. */
export interface GeneratedFile {
  readonly path: string;
  readonly lines: readonly GeneratedLine[];
}

const FOLDERS = ['core', 'server', 'client', 'widgets', 'storage', 'parser', 'reports', 'common'];
const BRANCH_SHARE = 0.08;

/** The files of a report. `seed` chooses which lines are covered, `shape` fixes the files and lines themselves. */
export function generateFiles(shape: Shape, seed = 1): GeneratedFile[] {
  const layout = randomNumbers(shape.files);
  const random = randomNumbers(seed * 7919 + shape.files);
  const perFile = shape.lines / shape.files;
  const files: GeneratedFile[] = [];
  for (let index = 0; index < shape.files; index++) {
    const count = Math.round(perFile * (0.25 + 1.5 * layout()));
    files.push({ path: pathOf(index), lines: generateLines(count, layout, random) });
  }
  return files;
}

function pathOf(index: number): string {
  const outer = FOLDERS[index % FOLDERS.length];
  const inner = FOLDERS[Math.floor(index / FOLDERS.length) % FOLDERS.length];
  return `packages/${outer}/src/${inner}/module${Math.floor(index / 64)}/component-${index}.ts`;
}

function generateLines(count: number, layout: () => number, random: () => number): GeneratedLine[] {
  const lines: GeneratedLine[] = [];
  let line = 1 + Math.floor(layout() * 12);
  let hits = 0;
  let left = 0;
  for (let index = 0; index < count; index++) {
    if (left === 0) {
      left = 1 + Math.floor(random() * 9);
      hits = random() < 0.2 ? 0 : Math.ceil(random() ** 4 * 60);
    }
    left--;
    const branches = layout() < BRANCH_SHARE ? 2 + Math.floor(layout() * 2) : 0;
    lines.push({
      line,
      count: hits,
      branches,
      taken: hits === 0 ? 0 : Math.min(branches, Math.floor(random() * (branches + 1.5))),
    });
    line += layout() < 0.85 ? 1 : 2 + Math.floor(layout() * 5);
  }
  return lines;
}

/** An lcov tracefile as geninfo or Istanbul writes it. */
export function toLcov(files: readonly GeneratedFile[]): Buffer {
  const parts: string[] = [];
  for (const file of files) {
    parts.push(`TN:\nSF:${file.path}\n`);
    for (const { line, count } of file.lines) parts.push(`DA:${line},${count}\n`);
    file.lines.forEach(({ line, branches, taken, count }, block) => {
      for (let branch = 0; branch < branches; branch++)
        parts.push(`BRDA:${line},${block},${branch},${branch < taken ? count : count === 0 ? '-' : 0}\n`);
    });
    const hit = file.lines.filter(({ count }) => count > 0).length;
    parts.push(`LF:${file.lines.length}\nLH:${hit}\nend_of_record\n`);
  }
  return Buffer.from(parts.join(''));
}

/** A Cobertura report as coverage.py, gcovr or coverlet write it: one class a file. */
export function toCobertura(files: readonly GeneratedFile[]): Buffer {
  const parts: string[] = [
    '<?xml version="1.0" ?>\n<coverage version="7.6" timestamp="1785000000" lines-valid="1" lines-covered="1" line-rate="0.8" branch-rate="0.5" complexity="0">\n',
    '\t<sources>\n\t\t<source>/builds/acme/web</source>\n\t</sources>\n\t<packages>\n\t\t<package name="." line-rate="0.8" branch-rate="0.5" complexity="0">\n\t\t\t<classes>\n',
  ];
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    parts.push(
      `\t\t\t\t<class name="${name}" filename="${file.path}" complexity="0" line-rate="0.8" branch-rate="0.5">\n\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n`,
    );
    for (const { line, count, branches, taken } of file.lines) {
      const branch =
        branches === 0
          ? ''
          : ` branch="true" condition-coverage="${Math.round((taken / branches) * 100)}% (${taken}/${branches})"`;
      parts.push(`\t\t\t\t\t\t<line number="${line}" hits="${count}"${branch}/>\n`);
    }
    parts.push('\t\t\t\t\t</lines>\n\t\t\t\t</class>\n');
  }
  parts.push('\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n');
  return Buffer.from(parts.join(''));
}

/** A small, fast, seeded generator (mulberry32): numbers in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
