import { lineOf, type Bench } from './bench.ts';
import { endToEnd } from './end-to-end.ts';
import { merge } from './merge.ts';
import { parse } from './parse.ts';
import { start } from './start.ts';
import { storage } from './storage.ts';

/** Every bench, in the order in which they run. */
const BENCHES: readonly Bench[] = [parse, merge, storage, start, endToEnd];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`No bench is called ${unknown.join(', ')}. There are: ${BENCHES.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
for (const bench of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.log(`# ${bench.name}: ${bench.about}`);
  await bench.run((figure) => console.log(lineOf(figure)));
}
