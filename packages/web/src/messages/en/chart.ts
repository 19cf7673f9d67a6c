/** Charts. */
export const CHART = {
  pointer: 'Point of the chart',
  asTable: 'Show as table',
  asChart: 'Show as chart',
  csv: 'CSV',
  help: 'Arrow keys move from point to point, Home and End to the first and last, Enter opens it.',
  when: 'When',
  what: 'Commit',
  value: 'Coverage',
  delta: 'Change',
  tick: (percent: number) => `${percent} %`,
  mark: 'Note',
  point: ({ when, what, text, delta, mark }: Readonly<Record<'when' | 'what' | 'text' | 'delta' | 'mark', string>>) =>
    [text, delta, mark, what, when].filter((part) => part !== '').join(', '),
} as const;
