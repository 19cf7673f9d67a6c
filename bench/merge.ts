import { nodeCodec } from '../packages/engine/node/codec.ts';
import { mergeParts } from '../packages/engine/src/index.ts';
import type { Bench, Figure } from './bench.ts';
import { BIG, generateFiles, toLcov } from './generate.ts';
import { measure } from './measure.ts';
import { generatePart, openParts } from './parts.ts';

/** Merging the uploads of one commit. */
export const merge: Bench = {
  name: 'merge',
  about: '2, 20 and 200 uploads of 5,000 files and 645,000 lines each → one report, unpacking and packing included',
  run,
};

/** Different uploads; of 200 each comes often, under a digest of its own. */
const DIFFERENT = 20;

async function run(report: (figure: Figure) => void): Promise<void> {
  const parts: Uint8Array[] = [];
  for (let seed = 1; seed <= DIFFERENT; seed++) parts.push(await generatePart(BIG, seed));
  const lcov = toLcov(generateFiles(BIG));
  for (const count of [2, 20, 200]) {
    const uploads = Array.from({ length: count }, (_, index) => parts[index % parts.length]);
    const { time, floor } = await measure(lcov, () => mergeParts(openParts(uploads), nodeCodec));
    report({ name: `${count} uploads`, value: time, unit: 'ms', floor });
    report({ name: `${count} uploads: lines`, value: (count * BIG.lines) / time / 1000, unit: 'M lines/s' });
  }
}
