import type { FileLines, LineClassLetter } from '@thatch/server/http/ui/contract/file.ts';

/** Neighbouring lines that are partial or missed: what `n` and `p` jump to. Both ends belong to it. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** What a report says of the lines of a file, to be asked by line number. */
export interface CodeLines {
  /** The last line that the report knows of. */
  readonly last: number;
  readonly classOf: (line: number) => LineClassLetter | null;
  readonly valueOf: (line: number) => number | string | true | null;
  /** Line numbers with a record, ascending. */
  readonly known: readonly number[];
  readonly blocks: readonly Block[];
}

/** Unpacks the columns of an answer. `lineCount`: lines beyond it are not shown and no block; null = all are. */
export function readLines({ steps, classes, values }: FileLines, lineCount: number | null = null): CodeLines {
  const known: number[] = [];
  const indexOf = new Map<number, number>();
  let line = 0;
  steps.forEach((step, index) => {
    line += step;
    known.push(line);
    indexOf.set(line, index);
  });
  return {
    last: line,
    known,
    classOf: (asked) => letterAt(classes, indexOf.get(asked)),
    valueOf: (asked) => {
      const index = indexOf.get(asked);
      return index === undefined ? null : values[index];
    },
    blocks: blocksOf(known, classes, lineCount ?? Infinity),
  };
}

function letterAt(classes: string, index: number | undefined): LineClassLetter | null {
  return index === undefined ? null : (classes[index] as LineClassLetter);
}

function blocksOf(known: readonly number[], classes: string, lineCount: number): Block[] {
  const blocks: { from: number; to: number }[] = [];
  known.forEach((line, index) => {
    if (line > lineCount || !isUncovered(classes[index])) return;
    const before = blocks.at(-1);
    if (before !== undefined && before.to === line - 1) before.to = line;
    else blocks.push({ from: line, to: line });
  });
  return blocks;
}

function isUncovered(letter: string): boolean {
  return letter === 'm' || letter === 'p';
}

/** Index of the block after a line (0 = from the start); null when there is none. */
export function blockAfter(blocks: readonly Block[], line: number): number | null {
  const index = blocks.findIndex(({ from }) => from > line);
  return index === -1 ? null : index;
}

/** Index of the block before a line; null when there is none. */
export function blockBefore(blocks: readonly Block[], line: number): number | null {
  const index = blocks.findLastIndex(({ to }) => to < line);
  return index === -1 ? null : index;
}

/** Index of the block that a line is in; null when it is in none. */
export function blockAt(blocks: readonly Block[], line: number): number | null {
  const index = blocks.findIndex(({ from, to }) => from <= line && line <= to);
  return index === -1 ? null : index;
}

/** Lines of a text without their ends; an end of line at the very end begins no other. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

/** Most severe class of the lines in each of `bins` equal parts: the picture at the edge, and in print. `''` = nothing is known there. */
export function worstByBin(lines: CodeLines, lineCount: number, bins: number): string[] {
  const worst: string[] = Array.from({ length: bins }, () => '');
  for (const line of lines.known) {
    if (line > lineCount) break;
    const bin = Math.min(bins - 1, Math.floor(((line - 1) * bins) / lineCount));
    const letter = lines.classOf(line) ?? '';
    if (SEVERITY.indexOf(letter) > SEVERITY.indexOf(worst[bin])) worst[bin] = letter;
  }
  return worst;
}

const SEVERITY = ['', 'n', 'x', 'h', 'p', 'm'];
