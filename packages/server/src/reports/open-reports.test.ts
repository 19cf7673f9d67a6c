import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DamagedData,
  inMemory,
  LineTable,
  mergeParts,
  StoredReport,
  parseUpload,
  sourceOf,
  DEFAULT_SETTINGS,
} from '@thatch/engine';
import { nodeCodec } from '@thatch/engine/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Objects } from '../objects/objects.ts';
import { OpenReports } from './open-reports.ts';

let folder = '';
let opened: string[] = [];
let released: string[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-reports-')));
  opened = [];
  released = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Only what the class may use: a store that notes what is opened and given back. */
const objects = {
  openLocal: async (key: string) => {
    opened.push(key);
    if (key.startsWith('missing')) return null;
    return { path: join(folder, key), release: async () => void released.push(key) };
  },
} as Partial<Objects> as Objects;

const NO_LIMITS = { decompressedBytes: 1e9, filesPerReport: null, linesPerReport: null };

async function reportBytes(files: number): Promise<Uint8Array> {
  const text = Array.from(
    { length: files },
    (_, index) => `SF:src/file-${index}.c\nDA:1,${index}\nend_of_record\n`,
  ).join('');
  const { part } = await parseUpload(
    sourceOf(Buffer.from(text)),
    { settings: DEFAULT_SETTINGS, format: null, defaultName: 'lcov.info', network: null, limits: NO_LIMITS },
    { codec: nodeCodec, spool: () => Promise.reject(new Error('nothing is so large here')) },
  );
  const stored = StoredReport.open(inMemory(part!), nodeCodec);
  return mergeParts([{ stored, rawDigest: new Uint8Array(32), flags: [], name: null, job: null }], nodeCodec).bytes;
}

async function store(key: string, files = 3): Promise<void> {
  writeFileSync(join(folder, key), await reportBytes(files));
}

/** Names of the files of the test folder that this process holds open. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(folder) ? [target.slice(folder.length + 1)] : [];
    } catch {
      // The descriptor of this listing itself is gone by now.
      return [];
    }
  });
}

const isLinux = process.platform === 'linux';

test('a report is opened once, however many ask at once and later', async () => {
  await store('one');
  const reports = new OpenReports(objects);
  const held = await Promise.all([reports.hold('one'), reports.hold('one'), reports.hold('one')]);
  for (const each of held) each!.release();
  (await reports.hold('one'))!.release();
  expect(opened).toEqual(['one']);
  reports.close();
  expect(released).toEqual(['one']);
});

test('one file is read without the others', async () => {
  await store('one', 100);
  const reports = new OpenReports(objects);
  const { report, release } = (await reports.hold('one'))!;
  const table = new LineTable();
  report.read(report.directory.find('src/file-42.c')!, table);
  expect(table.valueOf(1)).toBe(42);
  release();
  reports.close();
});

test('a report that is missing is null, and asked for again the next time', async () => {
  const reports = new OpenReports(objects);
  expect(await reports.hold('missing')).toBeNull();
  expect(await reports.hold('missing')).toBeNull();
  expect(opened).toEqual(['missing', 'missing']);
});

test('what was not used for the longest time goes when too many are open', async () => {
  for (const key of ['a', 'b', 'c']) await store(key);
  const reports = new OpenReports(objects, { bytes: 1e9, files: 2 });
  const use = async (key: string) => (await reports.hold(key))!.release();
  await use('a');
  await use('b');
  await use('a');
  await use('c');
  expect(released).toEqual(['b']);
  if (isLinux) expect(openFiles().sort()).toEqual(['a', 'c']);
  reports.close();
  if (isLinux) expect(openFiles()).toEqual([]);
});

test('directories count by their bytes, and one larger than the limit is usable all the same', async () => {
  await store('large', 2000);
  await store('small', 1);
  const reports = new OpenReports(objects, { bytes: 20_000, files: 100 });
  const large = (await reports.hold('large'))!;
  expect(large.report.directory.size).toBe(2000);
  large.release();
  (await reports.hold('small'))!.release();
  expect(released).toEqual(['large']);
  reports.close();
});

test('a report in use stays open until it is given back', async () => {
  for (const key of ['a', 'b']) await store(key);
  const reports = new OpenReports(objects, { bytes: 1e9, files: 1 });
  const held = (await reports.hold('a'))!;
  (await reports.hold('b'))!.release();
  expect(released).toEqual([]);
  const table = new LineTable();
  held.report.read(held.report.directory.find('src/file-2.c')!, table);
  expect(table.valueOf(1)).toBe(2);
  held.release();
  // Giving back twice changes nothing.
  held.release();
  expect(released).toEqual(['a']);
  reports.close();
});

test('what is no report throws and is given back', async () => {
  writeFileSync(join(folder, 'junk'), 'x'.repeat(100));
  const reports = new OpenReports(objects);
  await expect(reports.hold('junk')).rejects.toThrow(DamagedData);
  expect(released).toEqual(['junk']);
  if (isLinux) expect(openFiles()).toEqual([]);
});

test('a report that is made is made once', async () => {
  const reports = new OpenReports(objects);
  let made = 0;
  const make = async (): Promise<Uint8Array> => {
    made++;
    return reportBytes(2);
  };
  const held = await Promise.all([reports.holdMade('flag', make), reports.holdMade('flag', make)]);
  expect(held[0].report.directory.size).toBe(2);
  (await reports.holdMade('flag', make)).release();
  expect(made).toBe(1);
  expect(opened).toEqual([]);
});
