import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { readCompat, type CompatResult } from './read-compat.ts';

/** Reads an XML report given as text. */
export function readXml(
  report: string,
  settings: Settings = DEFAULT_SETTINGS,
  chunkSize = Infinity,
): Promise<CompatResult> {
  return readCompat('report.xml', new TextEncoder().encode(report), settings, chunkSize);
}

/** Lines of an XML report's files as written by the compatible system. */
export async function xmlLinesOf(report: string, settings: Settings = DEFAULT_SETTINGS): Promise<unknown> {
  return (await readXml(report, settings)).report.files;
}

/** Codes of the problems that reading an XML report raised. */
export async function xmlProblemsOf(report: string, settings: Settings = DEFAULT_SETTINGS): Promise<string[]> {
  return (await readXml(report, settings)).problems.map((problem) => problem.code);
}
