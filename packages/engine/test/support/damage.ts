import fc from 'fast-check';
import { expect } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { readCompat, type CompatResult } from './read-compat.ts';

/**
 * Cuts a report at every byte and reads what is left: never an exception, always lines or a problem. Returns what each cut gave,
 * the shortest first.
 */
export async function expectTruncationsToRead(
  name: string,
  report: string,
  settings: Settings = DEFAULT_SETTINGS,
): Promise<CompatResult[]> {
  const bytes = new TextEncoder().encode(report);
  const results: CompatResult[] = [];
  for (let length = 1; length < bytes.length; length++) {
    const result = await readCompat(name, bytes.subarray(0, length), settings);
    expect(result.report.totals.lines > 0 || result.problems.length > 0).toBe(true);
    results.push(result);
  }
  return results;
}

/** Changes bytes of a report at random, 200 times from a fixed seed, and reads it: never an exception, always lines or a problem. */
export async function expectFlipsToRead(
  name: string,
  report: string,
  settings: Settings = DEFAULT_SETTINGS,
): Promise<void> {
  const bytes = new TextEncoder().encode(report);
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = bytes.slice();
      for (const { at, byte } of changes) changed[at] = byte;
      const { report: read, problems, detected } = await readCompat(name, changed, settings);
      // A changed key may leave a well-formed report without lines, which is told for the upload as a whole.
      expect(read.totals.lines > 0 || problems.length > 0 || detected !== null).toBe(true);
    }),
    { numRuns: 200, seed: 20261125 },
  );
}
