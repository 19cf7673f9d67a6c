import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { sourceOf } from '../bytes/source.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { parseUpload } from './parse-upload.ts';
import { readReportFile } from './read-file.ts';

const LCOV = 'TN:\nSF:src/good.c\nDA:1,1\nDA:2,0\nend_of_record\n';
const XML = '<?xml version="1.0" encoding="utf-16"?><coverage><packages/></coverage>';

const littleEndian = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bigEndian = (text: string): Buffer => littleEndian(text).swap16();

function read(bytes: Uint8Array, format: string | null = null) {
  async function* open() {
    yield bytes;
  }
  return readReportFile('coverage.info', open, { settings: DEFAULT_SETTINGS, codec: nodeCodec, network: null, format });
}

describe('a report in UTF-16', () => {
  test.each([
    ['little-endian with its mark', littleEndian(`\ufeff${LCOV}`)],
    ['big-endian with its mark', bigEndian(`\ufeff${LCOV}`)],
    ['little-endian without a mark', littleEndian(LCOV)],
    ['big-endian without a mark', bigEndian(LCOV)],
    ['XML', littleEndian(`\ufeff${XML}`)],
    ['nothing but a mark', littleEndian('\ufeff')],
  ])('%s is named as such, with the way out', async (_what, bytes) => {
    const { format, problems } = await read(bytes);
    expect(format).toBeNull();
    expect(problems).toMatchObject([
      {
        code: 'unsupported_file_format',
        severity: 'error',
        file: 'coverage.info',
        message: expect.stringContaining('UTF-16'),
        hint: expect.stringContaining('UTF-8'),
      },
    ]);
  });

  test('is told also where a format is forced, which would find nothing in it', async () => {
    const { problems } = await read(littleEndian(`\ufeff${LCOV}`), 'lcov');
    expect(problems).toMatchObject([{ message: expect.stringContaining('UTF-16') }]);
  });

  test('leaves its neighbours in an upload as they are', async () => {
    const files = { 'bad.info': littleEndian(`\ufeff${LCOV}`), 'good.info': Buffer.from(LCOV) };
    const container = JSON.stringify({
      coverage_files: Object.entries(files).map(([filename, content]) => ({
        filename,
        format: 'base64+compressed',
        data: deflateSync(content).toString('base64'),
      })),
    });
    const parsed = await parseUpload(
      sourceOf(Buffer.from(container)),
      {
        settings: DEFAULT_SETTINGS,
        format: null,
        defaultName: 'upload',
        network: null,
        limits: { decompressedBytes: 2 ** 20, filesPerReport: null, linesPerReport: null },
      },
      { codec: nodeCodec, spool: () => Promise.reject(new Error('nothing is packed')) },
    );
    expect(parsed).toMatchObject({ errorCode: null, totals: { files: 1, lines: 2, hits: 1 } });
    expect(parsed.problems).toMatchObject([{ file: 'bad.info', message: expect.stringContaining('UTF-16') }]);
  });

  test('is not seen in binary data, nor in UTF-8 with a mark', async () => {
    expect((await read(Buffer.alloc(64))).problems[0].message).toContain('binary data');
    expect((await read(Buffer.from(`\ufeff${LCOV}`))).problems).toEqual([]);
  });
});
