/** The line that waits for a report. */
export const LISTENING = {
  sentence: {
    nothing: 'Listening for the first report',
    received: 'A report is here and is being read',
    parsed: 'The report was read and is being merged',
    merged: 'The report is merged',
    refused: 'Refused. Still listening',
    unreadable: 'The report could not be read. Still listening',
  },
  next: 'Listening for the next report',
  steps: 'Steps of a report',
  step: { received: 'received', parsed: 'parsed', merged: 'merged' },
  reached: 'done',
  notReached: 'not yet',
  open: 'Open your first commit',
  openNext: 'Open its commit',
} as const;
