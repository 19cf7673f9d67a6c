import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { readCompat, type CompatResult } from './read-compat.ts';

/** Reads a report given as text, or as a value that is written as JSON. */
export function readJson(report: unknown, settings: Settings = DEFAULT_SETTINGS): Promise<CompatResult> {
  const text = typeof report === 'string' ? report : JSON.stringify(report);
  return readCompat('report.json', new TextEncoder().encode(text), settings);
}

/** Lines of a report's files as written by the compatible system. */
export async function linesOf(report: unknown, settings: Settings = DEFAULT_SETTINGS): Promise<unknown> {
  return (await readJson(report, settings)).report.files;
}

/** Codes of the problems that reading a report raised. */
export async function problemsOf(report: unknown, settings: Settings = DEFAULT_SETTINGS): Promise<string[]> {
  return (await readJson(report, settings)).problems.map((problem) => problem.code);
}
