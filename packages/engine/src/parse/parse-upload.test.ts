import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { sourceOf, type ByteSource } from '../bytes/source.ts';
import { frameHeader, frameLength, framesStart } from '../containers/frames.ts';
import { compatReport } from '../report/compat.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { parseUpload, type ParsedUpload, type UploadOptions } from './parse-upload.ts';

const LCOV = 'TN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nend_of_record\n';
const LINES = { 'src/a.c': { '1': [1], '2': [0] } };
const OPTIONS: UploadOptions = {
  settings: DEFAULT_SETTINGS,
  format: null,
  defaultName: 'upload',
  network: null,
  limits: { decompressedBytes: 2 ** 30, filesPerReport: null, linesPerReport: null },
};

async function spool(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) kept.push(chunk);
  return sourceOf(Buffer.concat(kept));
}

/** The same bytes in chunks of `size`, so that a reader may not rely on where they are cut. */
function chunked(bytes: Uint8Array, size: number): ByteSource {
  return {
    size: bytes.length,
    open: async function* (start, end) {
      for (let at = start; at < end; at += size) yield bytes.slice(at, Math.min(end, at + size));
    },
  };
}

function parse(
  content: Uint8Array | string,
  options: Partial<UploadOptions> = {},
  chunk = Infinity,
): Promise<ParsedUpload> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const source = chunk === Infinity ? sourceOf(bytes) : chunked(bytes, chunk);
  return parseUpload(source, { ...OPTIONS, ...options }, { codec: nodeCodec, spool });
}

function files(parsed: ParsedUpload): unknown {
  return parsed.part === null ? null : compatReport(StoredReport.open(inMemory(parsed.part), nodeCodec), 0).files;
}

const codes = (parsed: ParsedUpload): string[] => parsed.problems.map((problem) => problem.code);

function jsonContainer(entries: readonly object[], more: object = {}): string {
  return JSON.stringify({
    report_fixes: { format: 'legacy', value: {} },
    network_files: ['src/a.c', ''],
    coverage_files: entries,
    metadata: {},
    ...more,
  });
}

const packed = (text: string): string => deflateSync(text).toString('base64');
const entry = (filename: string, text: string): object => ({
  filename,
  format: 'base64+compressed',
  data: packed(text),
  labels: '',
});

describe('containers (upload-protocol §4)', () => {
  const text = `src/a.c\n<<<<<< network\n# path=build/lcov.info\n${LCOV}<<<<<< EOF\n`;
  const withEnvironment = `CI=true\nA=b=c\n<<<<<< ENV\n${text}`;
  const containers: Record<string, Uint8Array | string> = {
    'a bare report': LCOV,
    'a gzipped report': gzipSync(LCOV),
    'a report packed twice': gzipSync(zstdCompressSync(LCOV)),
    'a text container': text,
    'a text container with an environment first': withEnvironment,
    'a text container with an environment last': `${text}CI=true\n<<<<<< ENV\n`,
    'a text container without a file list': `# path=x.info\n${LCOV}\n<<<<<< EOF\n`,
    'a text container whose marker is glued to the last byte': `src/a.c\n<<<<<< network\n# path=x.info\n${LCOV.trimEnd()}<<<<<< EOF\n`,
    'a text container with CRLF': text.replaceAll('\n', '\r\n'),
    'a text container without a last marker': `src/a.c\n<<<<<< network\n${LCOV}`,
    'a text container with what is to be ignored': `${text}==FROMNOWONIGNOREDBYCODECOV==>>>\nSF:src/b.c\nDA:1,1\nend_of_record\n<<<<<< EOF\n`,
    'a gzipped text container': gzipSync(text),
    'a JSON container': jsonContainer([entry('build/lcov.info', LCOV)]),
    'a JSON container without labels and format': jsonContainer([{ filename: 'x', data: packed(LCOV) }]),
    'a JSON container with plain data': jsonContainer([{ filename: 'x', format: 'plain', data: LCOV }]),
    'a JSON container with escaped slashes': jsonContainer([entry('build/lcov.info', LCOV)]).replaceAll('/', '\\/'),
    'a JSON container with blanks': JSON.stringify(JSON.parse(jsonContainer([entry('x', LCOV)])), null, 2),
    'a multipart upload': Buffer.concat([
      framesStart(),
      frameHeader({ role: 'report', name: 'lcov.info' }, nodeCodec),
      frameLength(9),
      Buffer.from(LCOV.slice(0, 9)),
      frameLength(LCOV.length - 9),
      Buffer.from(LCOV.slice(9)),
      frameLength(0),
    ]),
  };

  for (const [name, content] of Object.entries(containers)) {
    test(`${name} gives the same lines, however its bytes are cut`, async () => {
      for (const chunk of [Infinity, 1, 7, 64]) {
        const parsed = await parse(content, {}, chunk);
        expect(files(parsed)).toEqual(LINES);
        expect(parsed.errorCode).toBeNull();
      }
    });
  }

  test.each([
    ['no base64', '!!!'],
    ['base64 of what is not packed', Buffer.from(LCOV).toString('base64')],
    ['nothing', ''],
  ])(
    'one broken entry among three (%s) is one problem that says why, the other two are read (§9 row 51)',
    async (_, data) => {
      const other = LCOV.replace('a.c', 'b.c');
      const parsed = await parse(
        jsonContainer(
          [entry('one', LCOV), { filename: 'broken', format: 'base64+compressed', data }, entry('three', other)],
          {
            network_files: ['src/a.c', 'src/b.c'],
          },
        ),
      );
      expect(Object.keys(files(parsed) as object)).toEqual(['src/a.c', 'src/b.c']);
      expect(parsed.problems).toMatchObject([
        {
          code: 'file_damaged',
          severity: 'error',
          file: 'broken',
          message: expect.stringMatching(/packed bytes .* damaged/),
        },
      ]);
    },
  );

  test('empty entries and bare prefixes of the file list are dropped (§9 row 52)', async () => {
    const parsed = await parse(jsonContainer([entry('x', LCOV)], { network_files: ['src/a.c', '', 'x/'] }));
    expect(files(parsed)).toEqual(LINES);
    expect(files(await parse(jsonContainer([entry('x', LCOV)], { network_files: ['', 'x/'] })))).toEqual(LINES);
  });

  test('a truncated container keeps the entries before the damage', async () => {
    const whole = jsonContainer([entry('one', LCOV), entry('two', LCOV.replace('a.c', 'b.c'))], { network_files: [] });
    const parsed = await parse(whole.slice(0, whole.indexOf('"two"') + 30));
    expect(files(parsed)).toEqual(LINES);
    expect(codes(parsed)).toContain('container_unreadable');
  });

  test('a truncated zlib stream keeps what it gave, with a warning', async () => {
    const long = `TN:\nSF:src/a.c\n${Array.from({ length: 5000 }, (_, line) => `DA:${line + 1},${(line * 7919) % 977}`).join('\n')}\nend_of_record\n`;
    const data = deflateSync(long);
    const parsed = await parse(
      jsonContainer([{ filename: 'x', data: data.subarray(0, data.length / 2).toString('base64') }]),
    );
    expect(parsed.totals.lines).toBeGreaterThan(1000);
    expect(parsed.totals.lines).toBeLessThan(5000);
    expect(codes(parsed)).toContain('file_truncated');
  });

  test('the environment of a text container is kept', async () => {
    expect((await parse(withEnvironment)).env).toEqual({ CI: 'true', A: 'b=c' });
  });

  test('lines that the uploader excludes do not count, in both containers', async () => {
    const excluded = { 'src/a.c': { '1': [1] } };
    const value = { 'src/a.c': { eof: null, lines: [2] } };
    expect(files(await parse(`${text}# path=fixes\n./src/a.c:2\n<<<<<< EOF\n`))).toEqual(excluded);
    expect(
      files(await parse(jsonContainer([entry('x', LCOV)], { report_fixes: { format: 'legacy', value } }))),
    ).toEqual(excluded);
    expect(
      files(await parse(jsonContainer([entry('x', LCOV)], { report_fixes: undefined, path_fixes: { value } }))),
    ).toEqual(excluded);
  });

  test('a report that quotes a marker inside a line is not cut there', async () => {
    const parsed = await parse(`# path=x\nTN:<<<<<< EOF in a test name\n${LCOV.slice(4)}<<<<<< EOF\n`);
    expect(files(parsed)).toEqual(LINES);
  });

  test('coverage/coverage.lcov is left out beside coverage/coverage.json (report-formats §2.1)', async () => {
    const json = JSON.stringify({ coverage: { 'src/a.c': { '1': 1, '2': 0 } } });
    const lcov = LCOV.replace('DA:2,0', 'DA:2,5');
    const parsed = await parse(
      jsonContainer([entry('coverage/coverage.lcov', lcov), entry('coverage/coverage.json', json)]),
    );
    expect(files(parsed)).toEqual(LINES);
  });

  test('any bytes give a result or a problem, never a throw', async () => {
    const seeds = Object.values(containers).map((content) => Buffer.from(content));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(seeds.length - 1),
        fc.nat(),
        fc.nat(255),
        fc.nat(),
        async (which, position, byte, cut) => {
          const bytes = Buffer.from(seeds[which]);
          bytes[position % bytes.length] = byte;
          const parsed = await parse(bytes.subarray(0, bytes.length - (cut % bytes.length)), {}, 32);
          expect(parsed.part !== null || parsed.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what does not count is said', () => {
  test('an upload without any file names what to do', async () => {
    const parsed = await parse(jsonContainer([]));
    expect([parsed.errorCode, parsed.part]).toEqual(['report_empty', null]);
    expect(parsed.problems[0].hint).not.toBe('');
  });

  test('a file that is no report is named, its neighbour counts', async () => {
    const parsed = await parse(jsonContainer([entry('notes.txt', 'hello\n'), entry('x', LCOV)]));
    expect(files(parsed)).toEqual(LINES);
    expect(parsed.problems).toMatchObject([{ code: 'unsupported_file_format', file: 'notes.txt' }]);
  });

  test('only files that are no report: the upload fails with the code of the compatible system', async () => {
    const parsed = await parse(Buffer.from([0, 1, 2, 3, 0, 255]));
    expect(parsed.errorCode).toBe('unsupported_file_format');
  });

  test('paths that match no file are counted, and are an error when nothing is left', async () => {
    const parsed = await parse(jsonContainer([entry('x', LCOV)], { network_files: ['lib/other.c'] }));
    expect(parsed.errorCode).toBe('report_empty');
    expect(parsed.problems).toMatchObject([{ code: 'path_unmatched', severity: 'error' }]);
    expect(parsed.problems[0].message).toContain('src/a.c');
    expect(parsed.dropped).toEqual([{ path: 'src/a.c', reason: 'not_in_repo', lines: 2, hits: 1 }]);
  });

  test('an upload that unpacks to more than the limit is cut there, whatever its size on the wire', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'DA:1,1\n'));
    const limits = { ...OPTIONS.limits, decompressedBytes: 1_000_000 };
    const parsed = await parse(bomb, { limits });
    expect(codes(parsed)).toContain('limit_exceeded');
    const inside = await parse(
      jsonContainer([{ filename: 'x', data: deflateSync(Buffer.alloc(50_000_000, 'x')).toString('base64') }]),
      { limits },
    );
    expect(inside.errorCode).toBe('limit_exceeded');
  });

  test('an upload of more files or lines than the installation takes is refused with the limit named', async () => {
    const parsed = await parse(LCOV, { limits: { ...OPTIONS.limits, linesPerReport: 1 } });
    expect([parsed.part, parsed.errorCode]).toEqual([null, 'limit_exceeded']);
    expect(parsed.problems[0].message).toContain('thatch.limits.lines_per_report');
    expect(
      (await parse(LCOV, { limits: { ...OPTIONS.limits, filesPerReport: 1, linesPerReport: 2 } })).errorCode,
    ).toBeNull();
  });

  test('equal reports have equal content digests, whatever they are packed in', async () => {
    const digest = async (content: Uint8Array | string): Promise<string> =>
      Buffer.from((await parse(content)).contentDigest).toString('hex');
    const first = await digest(jsonContainer([entry('x', LCOV)]));
    expect(await digest(gzipSync(jsonContainer([entry('x', LCOV)], { network_files: ['src/a.c', 'src/b.c'] })))).toBe(
      first,
    );
    expect(await digest(jsonContainer([entry('x', `${LCOV}\n`)]))).not.toBe(first);
    expect(await digest(jsonContainer([entry('y', LCOV)]))).not.toBe(first);
  });
});

describe('a hostile order of records', () => {
  test('two sources named in turn cost what their records cost, not the square of it', async () => {
    const long = Array.from({ length: 50_000 }, (_, line) => `DA:${line + 1},${line % 7}`).join('\n');
    const turns = Array.from(
      { length: 20_000 },
      (_, turn) => `SF:y\nDA:${turn + 1},1\nend_of_record\nSF:x\nDA:${turn + 1},9\nend_of_record`,
    );
    const parsed = await parse(`SF:x\n${long}\nend_of_record\n${turns.join('\n')}\n`);
    const { x, y } = files(parsed) as Record<string, Record<string, unknown[]>>;
    expect([Object.keys(x).length, x['20000'], x['20001'], Object.keys(y).length]).toEqual([
      50_000,
      [9],
      [20_000 % 7],
      20_000,
    ]);
  }, 10_000);
});
