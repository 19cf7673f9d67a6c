import { classOf, writeValue, type LineTable, type LineClass } from '@thatch/engine';
import type { FileLines, LineClassLetter } from '../contract/file.ts';

/** No source has as many; a hostile report may. */
const MOST_LINES = 800_000;

const LETTERS: Readonly<Record<NonNullable<LineClass>, LineClassLetter>> = {
  hit: 'h',
  partial: 'p',
  miss: 'm',
  skipped: 'x',
};

/** All lines of a table as columns. */
export function presentLines(table: LineTable): FileLines {
  const steps: number[] = [];
  const values: FileLines['values'][number][] = [];
  const letters: string[] = [];
  let before = 0;
  for (const line of table.lines()) {
    if (steps.length === MOST_LINES) return { steps, classes: letters.join(''), values, is_cut: true };
    const value = table.valueOf(line);
    steps.push(line - before);
    values.push(writeValue(value));
    letters.push(letterOf(value));
    before = line;
  }
  return { steps, classes: letters.join(''), values, is_cut: false };
}

/** The last line that a table knows of; 0 without lines. */
export function lastLineOf(table: LineTable): number {
  let last = table.highest;
  for (const line of table.far.keys()) if (line > last) last = line;
  return last;
}

/** The class of a value. */
export function letterOf(value: number): LineClassLetter {
  const known = classOf(value);
  return known === null ? 'n' : LETTERS[known];
}
