import { nodeCodec } from '../packages/engine/node/codec.ts';
import { LineTable, StoredReport, inMemory } from '../packages/engine/src/index.ts';
import type { Bench, Figure } from './bench.ts';
import { BIG, generateFiles } from './generate.ts';
import { measure } from './measure.ts';
import { generatePart } from './parts.ts';

/** Size of a stored part, and reading it back. */
export const storage: Bench = {
  name: 'storage',
  about:
    'bytes a line of a part of 5,000 files and 645,000 lines, 8 % of them with branches; reading one file, all files',
  run,
};

async function run(report: (figure: Figure) => void): Promise<void> {
  const bytes = await generatePart(BIG, 1);
  const stored = StoredReport.open(inMemory(bytes), nodeCodec);
  const { lines } = stored.totals;
  report({
    name: 'columns of lines, values, branches',
    value: stored.directory.blocksEnd / lines,
    unit: 'B/line',
    target: { of: 'value', atMost: 0.7 },
  });
  report({
    name: 'whole part, with directory and both paths',
    value: bytes.length / lines,
    unit: 'B/line',
    target: { of: 'value', atMost: 0.9 },
  });
  const [{ path }] = generateFiles(BIG).slice(-1);
  const table = new LineTable();
  const one = await measure(bytes, () => readFile(StoredReport.open(inMemory(bytes), nodeCodec), path, table));
  report({ name: 'one file, nothing in memory', value: one.time, unit: 'ms' });
  const held = await measure(bytes, () => readFile(stored, path, table));
  report({ name: 'one file, directory in memory', value: held.time, unit: 'ms' });
  const all = await measure(bytes, () => readAll(StoredReport.open(inMemory(bytes), nodeCodec), table));
  report({ name: 'all files', value: all.time, unit: 'ms' });
}

function readFile(stored: StoredReport, path: string, table: LineTable): void {
  const entry = stored.directory.find(path);
  if (entry === null) throw new Error(`${path} is not in the part`);
  stored.read(entry, table);
  table.clear();
}

function readAll(stored: StoredReport, table: LineTable): void {
  for (const entry of stored.directory.files()) {
    stored.read(entry, table);
    table.clear();
  }
}
