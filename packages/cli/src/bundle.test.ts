import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProtocolServer } from '../test/protocol-server.ts';
import { makeFolder, makeRepository } from '../test/repository.ts';
import { bundleUploader, type UploaderBundle } from './bundle.ts';

let bundle: UploaderBundle;
let folder: string;
let file: string;

beforeAll(async () => {
  bundle = await bundleUploader();
  folder = makeFolder();
  file = join(folder, 'thatch.mjs');
  writeFileSync(file, bundle.code);
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly complaints: string;
}

/** Runs the file away from the workspace, where no package can be found, with no variables of this machine's CI. */
function start(words: readonly string[], cwd = folder): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] };
    const child = execFile(process.execPath, [file, ...words], { cwd, env }, (_error, output, complaints) => {
      resolve({ code: child.exitCode ?? -1, output, complaints });
    });
  });
}

test('the single file is at most 300 kB, and its digest is that of its bytes', () => {
  expect(bundle.code.length).toBeLessThanOrEqual(300_000);
  expect(bundle.sha256).toBe(createHash('sha256').update(bundle.code).digest('hex'));
});

test('the single file is the same each time it is built', async () => {
  expect((await bundleUploader()).sha256).toBe(bundle.sha256);
});

test('the single file imports nothing but modules of Node, and names no path of the machine that built it', () => {
  const code = Buffer.from(bundle.code).toString('utf8');
  const imported = [...code.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map(([, name]) => name);
  expect(imported.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
  expect(code).not.toContain(import.meta.dirname);
});

test('the single file uploads, and waits for the result', async () => {
  const server = await startProtocolServer({ token: 'test-token', covered: ['a.c'] });
  const repository = makeRepository();
  repository.write('a.c', 'int a;\n');
  const head = repository.commit('First');
  repository.write('lcov.info', 'SF:a.c\nDA:1,1\nend_of_record\n');
  const ended = await start(
    ['upload', '--url', server.url, '--token', 'test-token', '--repo', 'git/acme/web', '--wait'],
    repository.folder,
  );
  repository.remove();
  await server.close();
  expect(server.faults).toEqual([]);
  expect(ended).toMatchObject({ code: 0, output: expect.stringContaining(`commit/${head}`) });
  expect(ended.complaints).toContain('✓ sent 1 source file');
  expect(server.uploads[0].reports.map((report) => report.name)).toEqual(['lcov.info']);
});

test('the single file explains itself, and refuses what it does not know with exit code 2', async () => {
  expect(await start(['upload', '--help'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('--flag <NAME>'),
  });
  expect(await start(['--version'])).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(await start(['serve'])).toMatchObject({ code: 2, complaints: expect.stringContaining('"serve"') });
  expect(await start(['upload', '--nope'])).toMatchObject({ code: 2, complaints: expect.stringContaining('--nope') });
});
