import type { GeneratedFile, GeneratedLine } from './generate.ts';

/*
 * The files of `generate.ts` in the other formats, laid out as the named tools lay them out. lcov and Cobertura stand in
 * `generate.ts`.
 */

/** JaCoCo's XML: packages, source files, one `line` element a line. */
export function toJacoco(files: readonly GeneratedFile[]): Buffer {
  const parts = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="web">',
  ];
  for (const [folder, members] of byFolder(files)) {
    parts.push(`<package name="${folder}">`);
    for (const file of members) {
      parts.push(`<sourcefile name="${nameOf(file.path)}">`);
      for (const { line, count, branches, taken } of file.lines)
        parts.push(
          `<line nr="${line}" mi="${count === 0 ? 3 : 0}" ci="${count === 0 ? 0 : 3}" mb="${branches - taken}" cb="${taken}"/>`,
        );
      parts.push('<counter type="LINE" missed="1" covered="2"/></sourcefile>');
    }
    parts.push('</package>');
  }
  parts.push('</report>');
  return Buffer.from(parts.join(''));
}

/** Clover's XML as PHPUnit and Istanbul write it. */
export function toClover(files: readonly GeneratedFile[]): Buffer {
  const parts = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<coverage generated="1785000000" clover="3.2.0">\n  <project timestamp="1785000000" name="All files">\n',
  ];
  for (const file of files) {
    parts.push(`    <file name="${nameOf(file.path)}" path="${file.path}">\n`);
    for (const { line, count, branches, taken } of file.lines)
      parts.push(
        branches === 0
          ? `      <line num="${line}" count="${count}" type="stmt"/>\n`
          : `      <line num="${line}" count="${count}" type="cond" truecount="${taken}" falsecount="${branches - taken}"/>\n`,
      );
    parts.push('    </file>\n');
  }
  parts.push('  </project>\n</coverage>\n');
  return Buffer.from(parts.join(''));
}

/** Istanbul's `coverage-final.json`: a statement a line, a branch where there are some. */
export function toIstanbul(files: readonly GeneratedFile[]): Buffer {
  return Buffer.from(`{${files.map((file) => `${JSON.stringify(file.path)}: ${istanbulFile(file)}`).join('\n,')}\n}\n`);
}

function istanbulFile({ path, lines }: GeneratedFile): string {
  const branching = lines.filter(({ branches }) => branches > 0);
  return JSON.stringify({
    path,
    statementMap: Object.fromEntries(lines.map(({ line }, index) => [index, span(line)])),
    fnMap: {},
    branchMap: Object.fromEntries(
      branching.map(({ line, branches }, index) => [
        index,
        { loc: span(line), type: 'if', locations: Array.from({ length: branches }, () => span(line)), line },
      ]),
    ),
    s: Object.fromEntries(lines.map(({ count }, index) => [index, count])),
    f: {},
    b: Object.fromEntries(branching.map((line, index) => [index, takenCounts(line)])),
  });
}

function span(line: number): unknown {
  return { start: { line, column: 2 }, end: { line, column: 40 } };
}

function takenCounts({ branches, taken, count }: GeneratedLine): number[] {
  return Array.from({ length: branches }, (_, branch) => (branch < taken ? count : 0));
}

/** `coverage json` of coverage.py: lists of lines run and not run. */
export function toCoveragePy(files: readonly GeneratedFile[]): Buffer {
  const entries = files.map(({ path, lines }) => [
    path,
    {
      executed_lines: lines.filter(({ count }) => count > 0).map(({ line }) => line),
      summary: { covered_lines: 1, num_statements: 2, percent_covered: 50 },
      missing_lines: lines.filter(({ count }) => count === 0).map(({ line }) => line),
      excluded_lines: [],
    },
  ]);
  const meta = { version: '7.6.1', timestamp: '2026-07-25T00:00:00', branch_coverage: false, show_contexts: false };
  return Buffer.from(JSON.stringify({ meta, files: Object.fromEntries(entries) }));
}

/** SimpleCov's JSON (0.20 and later): a list with an element a line of source, null where nothing can run. */
export function toSimpleCov(files: readonly GeneratedFile[]): Buffer {
  const coverage = Object.fromEntries(files.map(({ path, lines }) => [path, { lines: everyLine(lines, 1) }]));
  return Buffer.from(JSON.stringify({ meta: { simplecov_version: '0.22.0' }, coverage }, null, 2));
}

/** Codecov's custom JSON: values by line number. */
export function toCustom(files: readonly GeneratedFile[]): Buffer {
  const coverage = files.map(({ path, lines }) => [
    path,
    Object.fromEntries(
      lines.map(({ line, count, branches, taken }) => [line, branches === 0 ? count : `${taken}/${branches}`]),
    ),
  ]);
  return Buffer.from(JSON.stringify({ coverage: Object.fromEntries(coverage) }));
}

function everyLine(lines: readonly GeneratedLine[], first: number): (number | null)[] {
  const counts: (number | null)[] = [];
  for (const { line, count } of lines) {
    while (counts.length < line - first) counts.push(null);
    counts.push(count);
  }
  return counts;
}

/** A Go profile: a block for each run of equal lines; `isShuffled` as profiles that were put together are. */
export function toGoProfile(files: readonly GeneratedFile[], isShuffled: boolean): Buffer {
  const rows: string[] = [];
  for (const { path, lines } of files) {
    let start = 0;
    for (let index = 1; index <= lines.length; index++) {
      if (index < lines.length && lines[index].count === lines[start].count && index - start < 3) continue;
      const [first, last] = [lines[start], lines[index - 1]];
      rows.push(
        `example.com/acme/${path.replace(/\.ts$/, '.go')}:${first.line}.2,${last.line}.40 ${index - start} ${first.count}\n`,
      );
      start = index;
    }
  }
  return Buffer.from(`mode: count\n${(isShuffled ? shuffled(rows) : rows).join('')}`);
}

/** Every 7,919th row, round and round: far apart, and the same each time. */
function shuffled(rows: readonly string[]): string[] {
  const step = 7919;
  const result: string[] = [];
  for (let start = 0; start < step; start++) for (let at = start; at < rows.length; at += step) result.push(rows[at]);
  return result;
}

function byFolder(files: readonly GeneratedFile[]): Map<string, GeneratedFile[]> {
  const folders = new Map<string, GeneratedFile[]>();
  for (const file of files) {
    const folder = file.path.slice(0, file.path.lastIndexOf('/'));
    const members = folders.get(folder) ?? [];
    members.push(file);
    folders.set(folder, members);
  }
  return folders;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
