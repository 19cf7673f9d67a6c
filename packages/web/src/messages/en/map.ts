import { SHARED, counted } from './shared.ts';

/** The map of folders. */
export const MAP = {
  summary: (boxes: number) =>
    `Map of ${counted(boxes, 'folder or file', 'folders and files')}: width is tracked lines, colour is coverage.`,
  help: 'Arrow keys move between boxes, Enter opens one, Escape goes up.',
  all: 'All files',
  box: ({ path, coverage, hits, lines }: { path: string; coverage: string | null; hits: number; lines: number }) =>
    `${path === '' ? 'All files' : path}: ${coverage === null ? SHARED.noLines : SHARED.percent(coverage)}, ${SHARED.ratioLines(hits, lines)}`,
} as const;
