import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { corpusFolder } from '../../test/support/corpus.ts';
import { sourceOf, type ByteSource } from '../bytes/source.ts';
import { compatReport } from '../report/compat.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { StoredReport, inMemory } from '../storage/stored-report.ts';
import { parseUpload, type ParsedUpload } from './parse-upload.ts';

const GOOD = 'TN:\nSF:src/good.c\nDA:1,1\nDA:2,0\nend_of_record\n';
const GOOD_LINES = { '1': [1], '2': [0] };

async function spool(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) kept.push(chunk);
  return sourceOf(Buffer.concat(kept));
}

function parse(content: Uint8Array | string, network: readonly string[] | null = null): Promise<ParsedUpload> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return parseUpload(
    sourceOf(bytes),
    {
      settings: DEFAULT_SETTINGS,
      format: null,
      defaultName: 'upload',
      network,
      limits: { decompressedBytes: 2 ** 26, filesPerReport: null, linesPerReport: null },
    },
    { codec: nodeCodec, spool },
  );
}

function filesOf(parsed: ParsedUpload): Record<string, unknown> {
  if (parsed.part === null) return {};
  return compatReport(StoredReport.open(inMemory(parsed.part), nodeCodec), 0).files as Record<string, unknown>;
}

function container(files: Readonly<Record<string, Uint8Array | string>>): string {
  return JSON.stringify({
    coverage_files: Object.entries(files).map(([filename, content]) => ({
      filename,
      format: 'base64+compressed',
      data: deflateSync(content).toString('base64'),
    })),
  });
}

const xml = (inside: string, before = ''): string => `<?xml version="1.0"?>${before}<coverage>${inside}</coverage>`;
const classOf = (line: string): string =>
  `<packages><package><classes><class filename="src/a.py"><lines>${line}</lines></class></classes></package></packages>`;

/** Ten levels of ten references each: 10^10 times the text, were they replaced. */
const ENTITY_BOMB = `<!DOCTYPE coverage [<!ENTITY e0 "${'x'.repeat(100)}">${Array.from(
  { length: 10 },
  (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
).join('')}]>`;

const DEPTH = 200_000;

/** Decision 7 of the first milestone: each of these is one bad file, read in bounded time and memory. */
const BAD_FILES: Readonly<Record<string, Uint8Array | string>> = {
  'binary.info': Uint8Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256),
  'picture.png': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(2048)]),
  'page.xml': '<!doctype html><html><body><p>502 Bad Gateway</p></body></html>',
  'junit.xml': '<testsuites><testsuite name="a" tests="1"><testcase name="b"/></testsuite></testsuites>',
  'package.json': '{"name": "web", "version": "1.0.0", "dependencies": {"left-pad": "1.3.0"}}',
  'words.txt': 'no coverage was collected\n',
  'nothing.info': '',
  'blank.info': ' \n\t\n',
  'no-lines.info': 'TN:\nSF:src/empty.c\nend_of_record\n',
  'no-lines.xml': xml('<packages/>'),
  'no-lines.json': '{}',
  'line-zero.info': 'TN:\nSF:src/zero.c\nDA:0,5\nend_of_record\n',
  'deep.xml': xml('<a>'.repeat(DEPTH) + '</a>'.repeat(DEPTH)),
  'deep.json': `{"a":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`,
  'unclosed.json': '{"a":'.repeat(DEPTH),
  'bomb.xml': xml('&e10;', ENTITY_BOMB),
  'bomb.gz': gzipSync(Buffer.alloc(32_000_000)),
};

describe('a bad file', () => {
  for (const [name, content] of Object.entries(BAD_FILES)) {
    test(`${name} alone is an error with its reason and what to do`, async () => {
      const parsed = await parse(container({ [name]: content }));
      expect(filesOf(parsed)).toEqual({});
      expect(parsed.errorCode).not.toBeNull();
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { message, hint } of parsed.problems) expect([message, hint]).not.toContain('');
    });

    test(`${name} is one problem beside two good files, which are read`, async () => {
      const parsed = await parse(container({ 'first.info': GOOD, [name]: content, 'last.info': other(GOOD) }));
      expect(filesOf(parsed)).toEqual({ 'src/good.c': GOOD_LINES, 'src/other.c': GOOD_LINES });
      expect(parsed.errorCode).toBeNull();
      expect(parsed.problems.map(({ file }) => file)).toContain(name);
      expect(parsed.problems.every(({ file }) => file === name)).toBe(true);
    });
  }

  test('an empty upload is an error', async () => {
    const parsed = await parse('');
    expect([parsed.part, parsed.errorCode]).toEqual([null, 'report_empty']);
  });
});

describe('a bad record or path', () => {
  test('lines of a document whose entities would grow without bound are read, the entities are not', async () => {
    const parsed = await parse(xml(classOf('<line number="3" hits="&e10;"/><line number="4" hits="2"/>'), ENTITY_BOMB));
    expect(filesOf(parsed)['src/a.py']).toMatchObject({ '4': [2] });
    expect(parsed.problems.map(({ code }) => code)).toContain('record_unreadable');
  });

  test('an entity that names a file of the machine is not followed', async () => {
    const entity = '<!DOCTYPE coverage [<!ENTITY f SYSTEM "file:///etc/hostname">]>';
    const parsed = await parse(xml(classOf('<line number="4" hits="2"/>').replace('src/a.py', 'src/&f;.py'), entity));
    expect(Object.keys(filesOf(parsed)).join()).not.toContain(readFileSync('/proc/sys/kernel/hostname', 'utf8').trim());
  });

  test('lines around one that cannot be read stay, and its place is told', async () => {
    const parsed = await parse(GOOD.replace('DA:2,0', 'DA:two,0\nDA:2,0'));
    expect(filesOf(parsed)).toEqual({ 'src/good.c': GOOD_LINES });
    expect(parsed.problems).toMatchObject([{ code: 'record_unreadable', line: 4 }]);
  });

  test('a leading ../ is cut, what leaves the repository further in is dropped and listed', async () => {
    const parsed = await parse(
      GOOD + GOOD.replace('src/good.c', '../lib/up.c') + GOOD.replace('src/good.c', 'a/../../etc/passwd'),
    );
    expect(Object.keys(filesOf(parsed))).toEqual(['lib/up.c', 'src/good.c']);
    expect(parsed.dropped).toEqual([{ path: 'a/../../etc/passwd', reason: 'outside', lines: 2, hits: 1 }]);
    expect(parsed.problems).toMatchObject([{ code: 'path_outside' }]);
  });

  test('names that mean something to the language are names like others', async () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
    const parsed = await parse(names.map((name) => GOOD.replace('src/good.c', name)).join(''));
    const files = filesOf(parsed);
    expect(Object.keys(files)).toEqual([...names].sort());
    expect(Object.values(files)).toEqual(names.map(() => GOOD_LINES));
    expect(Object.getPrototypeOf(files)).toBe(Object.prototype);
  });

  test('a path with a byte that no file system has is outside of the repository', async () => {
    const parsed = await parse(GOOD + GOOD.replace('src/good.c', 'src/a\0b.c'));
    expect(Object.keys(filesOf(parsed))).toEqual(['src/good.c']);
    expect(parsed.problems).toMatchObject([{ code: 'path_outside' }]);
  });
});

describe('damage at random', () => {
  const reports = readdirSync(join(corpusFolder, '_expected')).flatMap((folder) =>
    readdirSync(join(corpusFolder, folder)).map((name) => ({ folder, name })),
  );

  for (const folder of new Set(reports.map((report) => report.folder))) {
    test(`of real reports of ${folder} gives lines or problems, never a throw`, async () => {
      const originals = reports
        .filter((report) => report.folder === folder)
        .map(({ name }) => readFileSync(join(corpusFolder, folder, name)))
        .filter((bytes) => bytes.length < 40_000);
      const damage = fc.record({
        which: fc.nat(originals.length - 1),
        flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        cut: fc.option(fc.nat(), { freq: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ which, flips, cut }) => {
          const bytes = Buffer.from(originals[which]);
          for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
          const parsed = await parse(bytes.subarray(0, cut === null ? bytes.length : cut % bytes.length));
          expect(parsed.part !== null || parsed.problems.length > 0).toBe(true);
          expect(parsed.part === null).toBe(parsed.errorCode !== null);
        }),
        { numRuns: 60, seed: 20261125 },
      );
    });
  }
});

function other(report: string): string {
  return report.replace('src/good.c', 'src/other.c');
}
