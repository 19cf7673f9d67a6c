import { counted, whole } from './shared.ts';

/** The files of a report, as tree and as list. */
export const TREE = {
  label: 'Files',
  columns: {
    name: 'Name',
    lines: 'Lines',
    hits: 'Covered',
    partials: 'Partial',
    misses: 'Missed',
    coverage: 'Coverage',
    bar: 'Share of covered, partial and missed lines',
    strip: 'Where the gaps lie',
  },
  sortBy: (column: string) => `Sort by ${column}`,
  files: (count: number) => counted(count, 'file', 'files'),
  enter: (folder: string) => `Only ${folder}`,
  more: (left: string) => `Show more of ${left}`,
  loading: 'Loading',
  failed: 'This folder could not be loaded.',
  none: 'No file fits these filters.',
  misses: (count: number) => `${whole(count)} missed`,
  strip: (gaps: string) => `Gaps: ${gaps}`,
  stripNone: 'no gaps',
  stripPart: (from: number, to: number) => (from === to ? `${from} %` : `${from}–${to} %`),
} as const;
