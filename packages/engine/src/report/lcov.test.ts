import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { sourceOf, type ByteSource } from '../bytes/source.ts';
import { parseUpload } from '../parse/parse-upload.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { lcovText } from './lcov.ts';

const OPTIONS = {
  settings: DEFAULT_SETTINGS,
  format: null,
  defaultName: 'lcov.info',
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

describe('a report as lcov', () => {
  test('is a tracefile of its files', async () => {
    const report = await read('SF:src/a.c\nDA:1,3\nDA:2,0\nDA:4,1\nBRDA:4,0,0,1\nBRDA:4,0,1,0\nend_of_record\n');
    expect([...lcovText(report)]).toEqual([
      'TN:\nSF:src/a.c\nBRDA:4,0,0,1\nBRDA:4,0,1,0\nBRF:2\nBRH:1\nDA:1,3\nDA:2,0\nDA:4,1\nLF:3\nLH:2\nend_of_record\n',
    ]);
  });

  test('reads back to the same totals, whatever values its lines have', async () => {
    const report = await read(
      custom({
        'a.py': { 1: 5, 2: 0, 3: '1/2', 4: '2/2', 5: '0/3', 6: true, 7: '3/2', 8: 1, 9: null },
        'b.py': { 1: '1/60000000', 2: '60000000/60000000', 3: '0/60000000' },
      }),
    );
    const again = await read([...lcovText(report)].join(''));
    for (const { path, totals } of report.directory.files()) {
      const { lines, hits, misses, partials } = totals;
      expect(again.directory.find(path)?.totals, path).toMatchObject({ lines, hits, misses, partials });
    }
  });
});
