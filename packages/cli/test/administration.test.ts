import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../../server/src/admin.ts';
import { ok } from '../../server/src/outcome.ts';
import { createTestDatabase } from '../../server/test/support/cluster.ts';
import { makeOpenFolder } from '../../server/test/support/folders.ts';

/*
 * The commands as people call them, on a real data folder, no server running (what they do there is tested in the server's
 * administration tests).
 */

const THATCH = join(import.meta.dirname, '../bin/thatch.mjs');
const UUID_LINE = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/;

let folder: string;
beforeAll(async () => {
  folder = makeOpenFolder('thatch-commands-');
  expect(await withDatabase({ dataDir: join(folder, 'data') }, async () => ok('made'))).toEqual(ok('made'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function thatch(commandArguments: readonly string[], input = ''): Promise<Ended> {
  return run([...commandArguments, '--data-dir', join(folder, 'data')], { input });
}

function run(
  commandArguments: readonly string[],
  {
    input = '',
    environment = {},
  }: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<Ended> {
  const child = spawn(process.execPath, [THATCH, ...commandArguments], { env: { ...process.env, ...environment } });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // A command that refuses its arguments does not read.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve) => {
    child.once('close', (status) => resolve({ status, output, errors }));
  });
}

test('a token is alone on standard output, so that T=$(thatch token create --global) works', async () => {
  for (const target of [['--global'], ['--owner', 'gh/acme'], ['--repo', 'gh/acme/web', '--expires', '90d']]) {
    const { status, output, errors } = await thatch(['token', 'create', ...target]);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(output).toMatch(UUID_LINE);
  }
});

test('an API token needs its account, and ends after 90 days unless said otherwise', async () => {
  const early = await thatch(['token', 'create', '--api', 'anna']);
  expect(early).toMatchObject({ status: 1, output: '', errors: expect.stringContaining('thatch user create anna') });
  expect(await thatch(['user', 'create', 'anna', '--grant', 'gh/acme=reader'])).toMatchObject({
    status: 0,
    output: '',
  });
  const made = await thatch(['token', 'create', '--api', 'anna', '--scope', 'read', '--scope', 'repo:write']);
  expect(made.output).toMatch(/^thatch_pat_[0-9A-Za-z]{46}\n$/);
  const listed = await thatch(['token', 'list', '--json']);
  const [newest] = JSON.parse(listed.output) as { createdAt: string; expiresAt: string; target: string }[];
  expect(newest.target).toBe('anna');
  const days = (Date.parse(newest.expiresAt) - Date.parse(newest.createdAt)) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});

test('the list shows beginnings only, and a token is revoked by its number', async () => {
  const token = (await thatch(['token', 'create', '--global', '--name', 'for the list'])).output.trim();
  const { output } = await thatch(['token', 'list']);
  const line = output.split('\n').find((text) => text.includes('for the list')) ?? '';
  expect(line).toContain(token.slice(0, 8));
  expect(output).not.toContain(token);
  const [id] = line.split(' ');
  expect(await thatch(['token', 'revoke', id])).toMatchObject({ status: 0 });
  expect((await thatch(['token', 'list'])).output).not.toContain('for the list');
  expect(await thatch(['token', 'revoke', id])).toMatchObject({ status: 1 });
});

test('an administrator is made with a password from a pipe; without a terminal and a pipe the way out is named', async () => {
  expect(await thatch(['admin', 'create', 'root', '--password-stdin'], 'correct horse\n')).toMatchObject({ status: 0 });
  const short = await thatch(['admin', 'create', 'root2', '--password-stdin'], 'short\n');
  expect(short).toMatchObject({ status: 1, errors: expect.stringContaining('fewer than 8') });
  const asked = await thatch(['admin', 'create', 'root3']);
  expect(asked).toMatchObject({ status: 1, errors: expect.stringContaining('--password-stdin') });
});

test('repositories and owners are set and deleted', async () => {
  expect(await thatch(['repo', 'set', 'gh/acme/lib', '--public', '--default-branch', 'main'])).toMatchObject({
    status: 0,
  });
  expect(await thatch(['owner', 'set', 'gh/acme', '--token-required', 'on'])).toMatchObject({ status: 0 });
  expect(await thatch(['repo', 'delete', 'gh/acme/lib'])).toMatchObject({ status: 0 });
  expect(await thatch(['repo', 'delete', 'gh/acme/lib'])).toMatchObject({
    status: 1,
    errors: expect.stringContaining('no repository gh/acme/lib'),
  });
});

test('a folder that is named and holds no installation is refused with 2, with the way to make one, and is not made', async () => {
  const mistyped = join(folder, 'date');
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  for (const { named, commandArguments, environment } of [
    { named: mistyped, commandArguments: ['token', 'create', '--global', '--data-dir', mistyped], environment: {} },
    { named: mistyped, commandArguments: ['user', 'create', 'ann'], environment: { THATCH_DATA_DIR: mistyped } },
    {
      named: mistyped,
      commandArguments: ['repo', 'set', 'gh/a/b', '--public'],
      environment: { THATCH__DATA_DIR: mistyped },
    },
    {
      named: empty,
      commandArguments: ['owner', 'set', 'gh/a', '--token-required', 'on', '--data-dir', empty],
      environment: {},
    },
  ]) {
    const { status, output, errors } = await run(commandArguments, { environment });
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toContain(`thatch serve --data-dir ${named}`);
  }
  expect(existsSync(mistyped)).toBe(false);
  expect(readdirSync(empty)).toEqual([]);
});

test('the help says what becomes of a folder that holds no installation', async () => {
  const { output } = await run(['token', 'create', '--help'], {});
  expect(output).toContain('A data folder that is named must hold an installation');
  expect((await run(['doctor', '--help'], {})).output).not.toContain('must hold an installation');
});

test('with a database of the configuration, commands work on that one', async () => {
  const database = await createTestDatabase();
  try {
    const configuration = join(folder, 'codecov.yml');
    writeFileSync(configuration, `services:\n  database_url: ${database.url}\n`);
    for (const [note, named, environment] of [
      ['by file', ['--config', configuration], {}],
      ['by variable', [], { SERVICES__DATABASE_URL: database.url }],
    ] as const) {
      const made = await run(
        ['token', 'create', '--global', '--name', note, '--data-dir', join(folder, 'data'), ...named],
        {
          environment,
        },
      );
      expect(made).toMatchObject({ status: 0, output: expect.stringMatching(UUID_LINE) });
    }
    const { rows } = await database.connection.pool.query('select name from tokens order by id');
    expect(rows).toEqual([{ name: 'by file' }, { name: 'by variable' }]);
    expect((await thatch(['token', 'list', '--all'])).output).not.toContain('by file');
  } finally {
    await database.drop();
  }
});

test('a configuration that is refused is told as at a start', async () => {
  const refused = await run(['token', 'list', '--data-dir', join(folder, 'data')], {
    environment: { SERVICES__DATABASE_URL: 'mysql://somewhere' },
  });
  expect(refused).toMatchObject({ status: 78, output: '', errors: expect.stringContaining('CFG-110') });
});

test.each([
  [['token', 'create'], '--global, --owner, --repo or --api'],
  [['token', 'create', '--global', '--owner', 'gh/acme'], 'cannot be used with'],
  [['token', 'create', '--repo', 'acme/web'], 'SERVICE/OWNER/NAME'],
  [['token', 'create', '--owner', 'acme'], 'SERVICE/OWNER'],
  [['token', 'create', '--global', '--expires', 'soon'], '90d'],
  [['user', 'create', 'x', '--grant', 'gh/acme=king'], 'reader, member or admin'],
  [['repo', 'set', 'gh/acme/web'], '--public, --private or --default-branch'],
  [['repo', 'set', 'gh/acme/web', '--public', '--private'], 'cannot be used with'],
  [['owner', 'set', 'gh/acme', '--token-required', 'maybe'], 'on, off'],
])('%j is refused before anything is touched, naming the option', async (commandArguments, words) => {
  const { status, output, errors } = await thatch(commandArguments);
  expect({ status, output }).toEqual({ status: 1, output: '' });
  expect(errors).toContain(words);
});
