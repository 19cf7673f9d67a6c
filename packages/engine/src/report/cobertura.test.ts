import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { sourceOf, type ByteSource } from '../bytes/source.ts';
import { parseUpload } from '../parse/parse-upload.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { coberturaText } from './cobertura.ts';

const OPTIONS = {
  settings: DEFAULT_SETTINGS,
  format: null,
  defaultName: 'coverage',
  network: null,
  limits: { decompressedBytes: 2 ** 20, filesPerReport: null, linesPerReport: null },
};

async function spool(): Promise<ByteSource> {
  throw new Error('nothing here is packed');
}

async function read(text: string): Promise<StoredReport> {
  const parsed = await parseUpload(sourceOf(Buffer.from(text)), OPTIONS, { codec: nodeCodec, spool });
  return StoredReport.open(inMemory(parsed.part!), nodeCodec);
}

const custom = (files: object): string => JSON.stringify({ coverage: files });
const write = (report: StoredReport): string => [...coberturaText(report, new Date())].join('');

describe('a report as Cobertura', () => {
  test('has a package for each folder and a class for each file, with the rates of both', async () => {
    const report = await read(
      custom({ 'src/a.c': { 1: 3, 2: 0, 4: '1/2' }, 'src/deep/b.c': { 1: 1 }, 'src/z.c': { 9: 0 } }),
    );
    const text = write(report);
    expect(text).toContain(
      '<coverage line-rate="0.6" branch-rate="0.5" lines-covered="3" lines-valid="5" branches-covered="1" branches-valid="2"',
    );
    expect(text.match(/<package name="[^"]*" line-rate="[^"]*"/g)).toEqual([
      '<package name="src" line-rate="0.5"',
      '<package name="src/deep" line-rate="1"',
    ]);
    expect(text)
      .toContain(`<class name="a.c" filename="src/a.c" line-rate="0.6667" branch-rate="0.5" complexity="0"><methods/><lines>
<line number="1" hits="3" branch="false"/>
<line number="2" hits="0" branch="false"/>
<line number="4" hits="1" branch="true" condition-coverage="50% (1/2)"/>
</lines></class>`);
  });

  test('reads back to the same totals, whatever values its lines have', async () => {
    const report = await read(
      custom({
        'a.py': { 1: 5, 2: 0, 3: '1/2', 4: '2/2', 5: '0/3', 6: true, 7: '3/2', 8: 1, 9: null },
        'b.py': { 1: '1/60000000', 2: '60000000/60000000', 3: '0/60000000' },
      }),
    );
    const again = await read(write(report));
    for (const { path, totals } of report.directory.files()) {
      const { lines, hits, misses, partials } = totals;
      expect(again.directory.find(path)?.totals, path).toMatchObject({ lines, hits, misses, partials });
    }
  });

  test('keeps names that XML has marks for', async () => {
    const path = 'src/"a" & b.ts';
    const again = await read(write(await read(custom({ [path]: { 1: 1 } }))));
    expect([...again.directory.files()].map((file) => file.path)).toEqual([path]);
  });
});
