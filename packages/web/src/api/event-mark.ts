/*
 * How far the journal of events was when data was read. A page that begins to listen asks for everything since the oldest of its data, so
 * that nothing falls between reading and listening.
 */

/** Data is believed for so long (`FRESH_MS` of the queries), and some more until it is shown. */
const REMEMBERED_MS = 40_000;

let marks: { readonly at: number; readonly event: number }[] = [];

/** Notes the number that an answer carried (`thatch-events`). */
export function noteEvents(text: string | null): void {
  if (text === null || !/^\d{1,15}$/.test(text)) return;
  const now = Date.now();
  const event = Number(text);
  marks = marks.filter((mark) => now - mark.at < REMEMBERED_MS && mark.event !== event);
  marks.push({ at: now, event });
}

/** The last event that is surely in all data that is believed now; null when nothing was read yet. */
export function eventsBefore(): number | null {
  return marks.length === 0 ? null : Math.min(...marks.map(({ event }) => event));
}
