import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '../src/settings.ts';
import { readCompat } from './support/read-compat.ts';
import { corpusFolder, settingsOf } from './support/corpus.ts';

/** Files whose observation is a failure or nothing: what we expect stands in `test/deviations`, derived by hand (see its README). */
const deviations = join(import.meta.dirname, 'deviations');

for (const folder of readdirSync(join(corpusFolder, '_expected'))) {
  describe(`corpus ${folder}`, () => {
    for (const name of readdirSync(join(corpusFolder, '_expected', folder))) {
      const own = join(deviations, folder, name);
      const expected = JSON.parse(
        readFileSync(existsSync(own) ? own : join(corpusFolder, '_expected', folder, name), 'utf8'),
      );
      const { file, settings } = inputOf(folder, name, expected.yaml);
      const from = existsSync(own) ? `its deviation (${expected.deviation})` : 'what was observed';
      test(`${folder}/${name} is read as ${from}`, async () => {
        await expectReading(folder, file, settings, expected, Infinity);
        await expectReading(folder, file, settings, expected, 61);
      });
    }
  });
}

async function expectReading(
  folder: string,
  file: string,
  settings: Settings,
  expected: { detected?: string; report: unknown },
  chunkSize: number,
): Promise<void> {
  const result = await readCompat(file, readFileSync(join(corpusFolder, folder, file)), settings, chunkSize);
  expect(result.report).toEqual(expected.report);
  if (expected.detected !== undefined) expect(result.detected).toBe(expected.detected);
}

function inputOf(folder: string, name: string, yaml: unknown): { file: string; settings: Settings } {
  const files = readdirSync(join(corpusFolder, folder));
  const file = files.find((each) => name === `${each}.json`) ?? files.find((each) => name.startsWith(`${each}.`));
  if (file === undefined) throw new Error(`no input for ${folder}/${name}`);
  return { file, settings: yaml === undefined ? DEFAULT_SETTINGS : settingsOf(yaml) };
}
