import { counted, whole } from './shared.ts';

const CLASSES: Readonly<Record<string, string>> = {
  h: 'covered',
  p: 'partial',
  m: 'missed',
  x: 'excluded',
  n: 'mentioned without a value',
};

/** `12×`, `1.2k×`: how often a line ran. */
function times(count: number): string {
  if (count < 1000) return `${count}×`;
  const [unit, letter] = count < 1_000_000 ? [1000, 'k'] : count < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  const shown = count / unit;
  return `${shown < 100 ? (Math.floor(shown * 10) / 10).toString() : Math.floor(shown)}${letter}×`;
}

/** The code viewer. */
export const VIEWER = {
  times,
  /** What stands in the column of hits. */
  value: (value: number | string | true | null) => {
    if (value === null || value === -1) return '–';
    if (value === true) return 'part';
    if (value === 0) return '0';
    return typeof value === 'number' ? times(value) : value;
  },
  className: (letter: string) => CLASSES[letter] ?? '',
  /** A row for assistive technology: "line 41, partial, 1 of 2 branches". */
  row: (line: number, letter: string | null, value: number | string | true | null) => {
    if (letter === null) return `line ${line}`;
    const name = CLASSES[letter] ?? '';
    if (typeof value === 'string' && value.includes('/')) {
      const [taken, all] = value.split('/');
      return `line ${line}, ${name}, ${taken} of ${counted(Number(all), 'branch', 'branches')}`;
    }
    return typeof value === 'number' && value > 0
      ? `line ${line}, ${name}, ${counted(value, 'time', 'times')}`
      : `line ${line}, ${name}`;
  },
  code: (path: string) => `Code of ${path}`,
  codeHint: 'Arrow keys move the line, Enter explains it, n and p go to uncovered lines.',
  position: (index: number | null, all: number) =>
    index === null ? `${whole(all)}` : `${whole(index + 1)} of ${whole(all)}`,
  uncovered: 'uncovered',
  blocks: (all: number) => (all === 0 ? 'Nothing is uncovered' : counted(all, 'uncovered block', 'uncovered blocks')),
  nextBlock: 'Next uncovered line',
  previousBlock: 'Previous uncovered line',
  withKey: (label: string, key: string) => `${label} (${key})`,
  block: (from: number, to: number, index: number, all: number) =>
    `${from === to ? `Line ${from}` : `Lines ${from} to ${to}`}, ${index + 1} of ${all}`,
  lastBlock: (all: number) => `That is the last one, ${all} of ${all}`,
  firstBlock: (all: number) => `That is the first one, 1 of ${all}`,
  uploadsOfLine: 'Uploads that cover the line',
  noLine: 'Choose a line first: press its number, or use the arrow keys in the code.',
  noBlock: 'Nothing is uncovered here',
  selected: (from: number, to: number) => (from === to ? `Line ${from} selected` : `Lines ${from} to ${to} selected`),
  range: (from: number, to: number) => (from === to ? `Line ${from}` : `Lines ${from}–${to}`),
  rangeBar: 'Selected lines',
  copyPermalink: 'Permalink',
  copyCode: 'Code',
  copyPlace: 'Place',
  copies: 'Copy',
  openAtForge: 'Open at forge',
  openInEditor: 'Open in editor',
  clear: 'Clear the selection',
  find: 'Find in this file',
  findNext: 'Next match',
  findPrevious: 'Previous match',
  findClose: 'Close the search',
  noMatch: 'No match',
  manyMatches: (most: number) => `more than ${whole(most)}`,
  longLine: (left: number) => ` … ${counted(left, 'more character', 'more characters')}`,
  printCut: (shown: number, all: number) => `The first ${whole(shown)} of ${whole(all)} lines.`,
  explanation: (line: number) => `Line ${line}`,
} as const;
