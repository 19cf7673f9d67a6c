import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { loadSecrets } from './secrets.ts';

const PROGRAM = { program: '1.4.0', schema: 7, postgres: 18 };

let parent = '';
let path = '';
const opened: DataFolder[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'thatch-folder-'));
  path = join(parent, 'deep', 'data');
});

afterEach(() => {
  for (const folder of opened.splice(0)) folder.close();
  rmSync(parent, { recursive: true, force: true });
});

async function open(): Promise<DataFolder> {
  const outcome = await openDataFolder(path, PROGRAM);
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.sentence);
  opened.push(outcome.value);
  return outcome.value;
}

async function refusal(): Promise<string> {
  const outcome = await openDataFolder(path, PROGRAM);
  if (outcome.kind === 'ok') throw new Error('was opened');
  return `${outcome.refusal.sentence} ${outcome.refusal.fix} ${outcome.refusal.exitStatus}`;
}

function makeFolder(format: object): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'format.json'), JSON.stringify(format));
}

describe('a data folder', () => {
  test('is made for its owner alone, with a format of schema 0 until the first migration', async () => {
    const folder = await open();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    // A folder above it that was missing is like any other that this user makes.
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o777 & ~process.umask());
    expect(folder.formatState).toEqual({ kind: 'new' });
    expect(JSON.parse(readFileSync(join(path, 'format.json'), 'utf8'))).toEqual({ ...PROGRAM, schema: 0 });
  });

  test('holds generated secrets that only its owner may read and that stay the same', async () => {
    const first = await open();
    expect(statSync(join(path, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(Buffer.from(first.secrets.signing_key, 'base64url')).toHaveLength(32);
    expect(new Set(Object.values(first.secrets)).size).toBe(4);
    first.close();
    expect((await open()).secrets).toEqual(first.secrets);
  });

  test('is refused to a second server, with the number of the first and both ways out', async () => {
    await open();
    const text = await refusal();
    expect(text).toContain(`process number ${process.pid}`);
    expect(text).toContain(`kill ${process.pid}`);
    expect(text).toContain('--data-dir');
    expect(text.endsWith(' 1')).toBe(true);
  });

  test.each([
    ['program', { ...PROGRAM, program: '1.5.0' }, '1.5.0'],
    ['schema', { ...PROGRAM, schema: 8 }, 'schema 8'],
    ['Postgres', { ...PROGRAM, postgres: 19 }, 'Postgres 19'],
  ])('of a newer %s is refused and nothing in it is touched', async (_what, format, named) => {
    makeFolder(format);
    const before = snapshot();
    expect(await refusal()).toContain(named);
    expect(snapshot()).toEqual(before);
  });

  test('of an older Postgres is refused, because this one cannot read its files', async () => {
    makeFolder({ ...PROGRAM, postgres: 17 });
    expect(await refusal()).toContain('Postgres 17');
  });

  test('of an older program is opened as older, and of the same as the same', async () => {
    makeFolder({ ...PROGRAM, program: '1.3.9', schema: 5 });
    const folder = await open();
    expect(folder.formatState).toEqual({ kind: 'older', format: { program: '1.3.9', schema: 5, postgres: 18 } });
    folder.recordFormat(PROGRAM);
    folder.close();
    expect((await open()).formatState.kind).toBe('same');
  });

  test('with a damaged format is refused', async () => {
    makeFolder({ program: 3 });
    expect(await refusal()).toContain('format.json is damaged');
  });

  test('is not made out of a folder that holds something else', async () => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'thesis.tex'), '');
    expect(await refusal()).toContain('thesis.tex');
    expect(readdirSync(path)).toEqual(['thesis.tex']);
  });

  test('may be an empty volume with what systems put there', async () => {
    mkdirSync(join(path, 'lost+found'), { recursive: true });
    writeFileSync(join(path, '.gitkeep'), '');
    expect((await open()).formatState.kind).toBe('new');
  });

  test('can be opened after a first start that was cut before the database was whole', async () => {
    mkdirSync(join(path, 'postgres.init'), { recursive: true });
    expect((await open()).formatState.kind).toBe('new');
  });

  test('that is a file is refused', async () => {
    mkdirSync(join(parent, 'deep'));
    writeFileSync(path, '');
    expect(await refusal()).toContain('--data-dir');
    expect(existsSync(path)).toBe(true);
  });

  test('keeps secrets of a newer program and adds those that are missing', () => {
    makeFolder(PROGRAM);
    const key = 'x'.repeat(43);
    writeFileSync(join(path, 'secrets.json'), JSON.stringify({ signing_key: key, later_key: 'kept' }));
    const secrets = loadSecrets(path);
    expect(secrets).toMatchObject({ kind: 'ok', value: { signing_key: key } });
    const stored = JSON.parse(readFileSync(join(path, 'secrets.json'), 'utf8'));
    expect(stored).toMatchObject({ signing_key: key, later_key: 'kept' });
    expect(stored.token_hash_key).toMatch(/^[\w-]{43}$/);
  });

  test.each(['not json', '[]', '{"signing_key":""}', '{"signing_key":5}'])(
    'never replaces secrets that it cannot read: %s',
    (text) => {
      makeFolder(PROGRAM);
      writeFileSync(join(path, 'secrets.json'), text);
      expect(loadSecrets(path).kind).toBe('refused');
      expect(readFileSync(join(path, 'secrets.json'), 'utf8')).toBe(text);
    },
  );

  test.skipIf(process.geteuid?.() === 0)('that may not be written is refused with the way out', async () => {
    makeFolder(PROGRAM);
    chmodSync(path, 0o500);
    expect(await refusal()).toContain('--data-dir');
  });
});

function snapshot(): object {
  return readdirSync(path).map((name) => {
    const { mtimeMs, mode, ino } = statSync(join(path, name));
    return { name, mtimeMs, mode, ino, text: readFileSync(join(path, name), 'utf8') };
  });
}
