import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const bin = join(import.meta.dirname, '..', '..', 'bin', 'thatch.mjs');
const corpus = join(import.meta.dirname, '..', '..', '..', 'engine', 'test', 'corpus');
const folder = mkdtempSync(join(tmpdir(), 'thatch-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function show(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  try {
    return { ...(await run(process.execPath, [bin, 'report', 'show', ...args])), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

const expected = (name: string): { detected: string; report: unknown } =>
  JSON.parse(readFileSync(join(corpus, '_expected', name), 'utf8')) as { detected: string; report: unknown };

describe('thatch report show', () => {
  test('--compat prints the observed object of a real report', async () => {
    const { stdout, code } = await show('--compat', join(corpus, 'cobertura', 'coveragepy-branch.xml'));
    const { detected, report } = expected('cobertura/coveragepy-branch.xml.json');
    expect([JSON.parse(stdout), code]).toEqual([{ detected, report }, 0]);
  });

  test('--set changes a parser as the repository yaml would', async () => {
    const file = join(corpus, 'cobertura', 'coveragepy-branch.xml');
    const { stdout } = await show('--compat', '--set', 'parsers.cobertura.partials_as_hits=true', file);
    expect((JSON.parse(stdout) as { report: unknown }).report).toEqual(
      expected('cobertura/coveragepy-branch.xml.partials_as_hits.json').report,
    );
  });

  test('--network finds the files of the repository', async () => {
    const network = join(folder, 'network.txt');
    writeFileSync(network, 'deep/down/cart.py\r\nother.py\n');
    const { stdout } = await show('--compat', '--network', network, join(corpus, 'cobertura', 'coveragepy-branch.xml'));
    expect(Object.keys((JSON.parse(stdout) as { report: { files: object } }).report.files)).toEqual([
      'deep/down/cart.py',
    ]);
  });

  test('prints files, coverage and what is not covered', async () => {
    const file = join(folder, 'lcov.info');
    writeFileSync(file, '\n\nTN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nDA:4,0\nDA:5,3\nDA:9,0\nend_of_record\n\n');
    const { stdout } = await show(file);
    expect(stdout).toContain('src/a.c  40.00 %   2/5  0        2-4, 9');
    expect(stdout).toContain('lcov: 1 file, 2 of 5 lines covered, 40.00 %');
  });

  test('a file that is no report ends with 2 and the reason on standard error', async () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'hello\n');
    for (const name of [file, join(folder, 'missing.xml')]) {
      const { stdout, stderr, code } = await show(name);
      expect([stdout, code]).toEqual(['', 2]);
      expect(stderr).toMatch(/No coverage format was recognised|there is no such file/);
    }
  });

  test('an unknown switch names those that exist', async () => {
    const { stderr, code } = await show('--set', 'parsers.lcov.nope=true', join(corpus, 'lcov', 'coverlet.info'));
    expect(code).toBe(2);
    expect(stderr).toContain('parsers.lcov.partials_as_hits=true|false');
  });
});
