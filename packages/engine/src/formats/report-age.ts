const SHORTEST_MILLISECONDS = 13;
const NUMBER = /^(\d+)(?:\.\d*)?$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.*))?$/;
const DAY_FIRST = /^(\d{1,2})-(\d{1,2})-(\d{4})(?:[T ](.*))?$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT|([+-]\d{2}):?(\d{2})))?$/i;

/**
 * When a report says that it was made, in epoch seconds; null when that cannot be read, which means that it does not expire
 * (report-formats §2.5). Numbers of 13 digits and more are milliseconds, shorter ones seconds. Dates are year-month-day, or
 * day-month-year when the year stands last; without a zone they are UTC.
 */
export function readReportTime(text: string): number | null {
  const written = text.trim();
  const number = NUMBER.exec(written);
  if (number !== null) return Number(number[1]) / (number[1].length >= SHORTEST_MILLISECONDS ? 1000 : 1);
  const yearFirst = YEAR_FIRST.exec(written);
  if (yearFirst !== null) return dateAndTime(yearFirst[1], yearFirst[2], yearFirst[3], yearFirst[4]);
  const dayFirst = DAY_FIRST.exec(written);
  if (dayFirst !== null) return dateAndTime(dayFirst[3], dayFirst[2], dayFirst[1], dayFirst[4]);
  const milliseconds = Date.parse(written);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}

function dateAndTime(year: string, month: string, day: string, time: string | undefined): number | null {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return null;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000;
  if (time === undefined || time === '') return date;
  const match = TIME.exec(time.trim());
  if (match === null) return null;
  const [, hours, minutes, seconds = '0', zoneHours = '0', zoneMinutes = '0'] = match;
  const zone = Number(zoneHours) * 3600 + (zoneHours.startsWith('-') ? -60 : 60) * Number(zoneMinutes);
  return date + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - zone;
}
