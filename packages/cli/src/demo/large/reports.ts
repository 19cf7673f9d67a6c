import type { DemoCommit, FileAt } from './history.ts';
import type { Block, Line } from './project.ts';
import { randomFor } from './random.ts';
import type { Language } from './templates.ts';

/** A report as a coverage tool writes it. */
export interface DemoReport {
  readonly flag: string;
  readonly name: string;
  readonly text: string;
}

/** How far a function was run. */
type Depth = 'none' | 'main' | 'whole';

interface Suite {
  readonly flag: string;
  readonly language: Language;
  readonly fileName: string;
  readonly depthOf: (block: Block, index: number) => Depth;
  /** Whether files of which nothing was run are in the report. */
  readonly hasAll: boolean;
  readonly write: (files: readonly MeasuredFile[]) => string;
}

const SUITES: readonly Suite[] = [
  { flag: 'unit', language: 'typescript', fileName: 'lcov.info', depthOf: unitDepth, hasAll: true, write: writeLcov },
  {
    flag: 'end-to-end',
    language: 'typescript',
    fileName: 'e2e.lcov',
    depthOf: endToEndDepth,
    hasAll: false,
    write: writeLcov,
  },
  {
    flag: 'python',
    language: 'python',
    fileName: 'coverage.xml',
    depthOf: unitDepth,
    hasAll: true,
    write: writeCobertura,
  },
  { flag: 'agent', language: 'go', fileName: 'cover.out', depthOf: unitDepth, hasAll: true, write: writeGo },
];

/** What CI makes of a commit: a report for each suite that has something to test. */
export function reportsOf({ sources, index }: DemoCommit): readonly DemoReport[] {
  return SUITES.flatMap(({ flag, language, fileName, depthOf, hasAll, write }) => {
    const files = sources
      .filter(({ file }) => file.language === language)
      .map((source) => measure(source, flag, (block) => depthOf(block, index)))
      .filter(({ lines }) => hasAll || lines.some(({ hits }) => hits > 0));
    return files.length === 0 ? [] : [{ flag, name: fileName, text: write(files) }];
  });
}

function unitDepth({ testedAt, wholeAt }: Block, index: number): Depth {
  return index >= wholeAt ? 'whole' : index >= testedAt ? 'main' : 'none';
}

function endToEndDepth({ endToEndAt }: Block, index: number): Depth {
  return index >= endToEndAt ? 'main' : 'none';
}

interface MeasuredLine {
  /** Counts from 1. */
  readonly number: number;
  readonly hits: number;
  /** How often each of two ways was taken; null where there is no branch. */
  readonly ways: readonly [number, number] | null;
}

interface MeasuredFile {
  readonly path: string;
  readonly lines: readonly MeasuredLine[];
}

function measure({ file, blocks }: FileAt, flag: string, depthOf: (block: Block) => Depth): MeasuredFile {
  const lines: MeasuredLine[] = [];
  let number = 0;
  for (const block of blocks) {
    const depth = depthOf(block);
    const count = randomFor(`${flag} ${file.path} ${block.name}`).between(1, 48);
    for (const line of block.lines) {
      number++;
      if (line.kind !== 'plain') lines.push(measureLine(line, number, depth, count));
    }
    // The empty line between functions.
    number++;
  }
  return { path: file.path, lines };
}

function measureLine({ kind }: Line, number: number, depth: Depth, count: number): MeasuredLine {
  const amiss = depth === 'whole' ? Math.ceil(count / 6) : 0;
  if (depth === 'none') return { number, hits: 0, ways: kind === 'branch' ? [0, 0] : null };
  if (kind === 'amiss') return { number, hits: amiss, ways: null };
  return { number, hits: count, ways: kind === 'branch' ? [count - amiss, amiss] : null };
}

function writeLcov(files: readonly MeasuredFile[]): string {
  return files
    .map(({ path, lines }) => {
      const records = lines.flatMap(({ number, hits, ways }) => [
        `DA:${number},${hits}`,
        ...(ways ?? []).map((taken, way) => `BRDA:${number},0,${way},${hits === 0 ? '-' : taken}`),
      ]);
      return `TN:\nSF:${path}\n${records.join('\n')}\nend_of_record\n`;
    })
    .join('');
}

function writeCobertura(files: readonly MeasuredFile[]): string {
  const classes = files.map(({ path, lines }) => {
    const rows = lines.map(({ number, hits, ways }) => {
      if (ways === null) return `<line number="${number}" hits="${hits}"/>`;
      const taken = ways.filter((count) => count > 0).length;
      return `<line number="${number}" hits="${hits}" branch="true" condition-coverage="${taken * 50}% (${taken}/2)"/>`;
    });
    return `<class name="${path}" filename="${path}"><methods/><lines>\n${rows.join('\n')}\n</lines></class>`;
  });
  return `<?xml version="1.0" ?>\n<coverage version="7.17.4"><sources><source>.</source></sources><packages><package name="tools"><classes>\n${classes.join('\n')}\n</classes></package></packages></coverage>\n`;
}

function writeGo(files: readonly MeasuredFile[]): string {
  const blocks = files.flatMap(({ path, lines }) =>
    lines.map(({ number, hits }) => `granary.example/${path}:${number}.2,${number}.40 1 ${hits}`),
  );
  return `mode: count\n${blocks.join('\n')}\n`;
}
