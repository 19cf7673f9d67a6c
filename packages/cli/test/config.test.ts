import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const THATCH = join(import.meta.dirname, '../bin/thatch.mjs');

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'thatch-config-'));
  file = join(folder, 'codecov.yml');
  writeFileSync(file, 'setup:\n  codecov_url: https://cov.example/\ngithub: {global_upload_token: swordfish}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [THATCH, 'config', ...words], { encoding: 'utf8' });
  return { status, output: stdout, errors: stderr };
}

test('show prints what is configured without secrets, and with --origin where each value comes from', () => {
  const plain = config('show', '--config', file, '--set', 'setup.max_sessions=5');
  expect(plain).toEqual({
    status: 0,
    output: 'setup.codecov_url: "https://cov.example"\nsetup.max_sessions: 5\ngithub.global_upload_token: ***\n',
    errors: '',
  });
  const { output } = config('show', '--origin', '--config', file);
  expect(output).toContain(`setup.codecov_url: "https://cov.example"  # ${file}:2:16\n`);
  expect(output).toContain('setup.guest_access: (default)  # default\n');
});

test('check tells notices of a good configuration, and ends with 78 and every problem of a bad one', () => {
  const good = config('check', '--config', file);
  expect(good).toMatchObject({
    status: 0,
    output: expect.stringMatching(/^CFG-W04 .*\nThe configuration is good\.\n$/),
  });
  const bad = config('check', '--set', 'setup.max_sessions=many', '--set', 'thatch.listen.port=70000');
  expect(bad).toMatchObject({ status: 78, output: '', errors: expect.stringContaining('(2 problems)') });
});
