import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startProtocolServer, type Behaviour, type ProtocolServer } from '../../test/protocol-server.ts';
import { makeFolder, makeRepository, type TestRepository } from '../../test/repository.ts';
import { readArguments } from './arguments.ts';
import type { Environment } from './environment.ts';
import { checkOptions } from './options.ts';
import { runUpload } from './run.ts';

const TOKEN = '6f1c2f4e-0000-4000-8000-000000000001';
const LCOV = 'TN:\nSF:src/a.c\nDA:1,1\nend_of_record\n';

let repository: TestRepository;
let first: string;
let head: string;
let server: ProtocolServer | null = null;

beforeEach(() => {
  repository = makeRepository();
  repository.write('.gitignore', 'out/\n');
  repository.write('src/a.c', 'int a;\n');
  repository.write('src/latin1.c', Buffer.from('// caf\xe9\n', 'latin1'));
  first = repository.commit('First');
  repository.write('src/bom.c', '\ufeffint b;\n');
  head = repository.commit('Second');
  repository.write('out/lcov.info', LCOV);
});

afterEach(async () => {
  expect(server?.faults ?? []).toEqual([]);
  await server?.close();
  server = null;
  repository.remove();
});

const start = async (behaviour: Behaviour = {}): Promise<ProtocolServer> => {
  server = await startProtocolServer({ token: TOKEN, ...behaviour });
  return server;
};

interface Run {
  readonly code: number;
  readonly output: string;
  readonly complaints: string;
  readonly pauses: readonly number[];
}

async function run(words: readonly string[], environment: Environment = {}, folder = repository.folder): Promise<Run> {
  const given = readArguments(words);
  if (given.kind !== 'options') throw new Error(JSON.stringify(given));
  const checked = checkOptions(given.raw);
  if (!checked.ok) throw new Error(checked.message);
  let output = '';
  let complaints = '';
  const pauses: number[] = [];
  const code = await runUpload(checked.options, {
    environment,
    folder,
    standard: { write: (text) => (output += text) },
    error: { write: (text) => (complaints += text) },
    network: {
      fetch,
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return new Promise((resolve) => setImmediate(resolve));
      },
    },
  });
  return { code, output, complaints, pauses };
}

const usual = (url: string): string[] => ['--url', url, '--token', TOKEN, '--repo', 'gh/acme/web'];

describe('thatch upload', () => {
  test('tells about the commit, sends the report, then the sources the server lacks', async () => {
    const { url, requests, uploads, metas } = await start({ covered: ['src/a.c', 'src/latin1.c', 'src/bom.c'] });
    const { code, output } = await run(
      [...usual(url), '--flag', 'unit', '--flag', 'linux,x64', '--name', 'n', '--build', '7', '--env', 'OS'],
      { OS: 'linux' },
    );

    expect(code).toBe(0);
    expect(output).toContain(`https://thatch.example/github/acme/web/commit/${head}`);
    expect(requests.filter((request) => request.startsWith('POST'))).toEqual([
      'POST /upload/meta',
      'POST /upload/coverage',
      'POST /upload/meta',
      'POST /upload/meta',
    ]);
    expect(uploads).toHaveLength(1);
    expect(uploads[0]).toMatchObject({
      query: {
        commit: head,
        repo: 'github/acme/web',
        branch: 'main',
        parent: [first],
        flags: ['unit', 'linux', 'x64'],
        name: 'n',
        build: '7',
        ci: 'local',
        env: { OS: 'linux' },
      },
      reports: [{ name: 'out/lcov.info', bytes: Buffer.from(LCOV), wasPacked: false }],
      network: [],
    });
    expect(metas[0]).toMatchObject({ commit: { sha: head, message: 'Second' }, base: { sha: first, how: 'parent' } });
    expect(metas[0].sources).toBeUndefined();
    expect(metas[1]).toEqual({ schema: 'thatch-meta/1', commit: { sha: head } });
    expect(Object.values(metas[2].sources ?? {})).toEqual([
      { text: 'int a;\n' },
      { base64: 'Ly8gY2Fm6Qo=' },
      { text: '\ufeffint b;\n' },
    ]);
  });

  test('with --wait ends with a table of coverage, change, files, uploads and address', async () => {
    const { url } = await start({
      commits: { [first]: { files: 12, lines: 1000, hits: 899, coverage: '89.90', uploads: 1 } },
    });
    const { code, output } = await run([...usual(url), '--wait', '60']);
    expect(code).toBe(0);
    expect(
      output
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ).toEqual([
      `github/acme/web  ${head.slice(0, 7)}  main  merged`,
      'coverage  90.00 %  810 of 900 lines',
      `change    +0.10 %  since ${first.slice(0, 7)}`,
      'files     12',
      'uploads   1',
      `address   https://thatch.example/github/acme/web/commit/${head}`,
    ]);
  });

  test('shows – for the change when no ancestor has coverage', async () => {
    const { url } = await start();
    expect((await run([...usual(url), '--wait'])).output).toMatch(/change +–/);
  });

  test.each(['missing', 'broken'] as const)('waits by polling when the event stream is %s', async (events) => {
    const { url, requests } = await start({ events });
    expect((await run([...usual(url), '--wait'])).code).toBe(0);
    expect(requests.filter((request) => /^GET \/upload\/status\/[\w-]+$/.test(request)).length).toBeGreaterThan(1);
  });

  test('learns of the states by the event stream, without polling', async () => {
    const { url, requests } = await start();
    await run([...usual(url), '--wait', '--no-sources']);
    expect(requests.filter((request) => request.endsWith('/events'))).toHaveLength(1);
  });

  test('does not wait when sources are not sent and nobody asked to', async () => {
    const { url, requests } = await start({ end: 'stored' });
    expect((await run([...usual(url), '--no-sources'])).code).toBe(0);
    expect(requests).toEqual(['POST /upload/meta', 'POST /upload/coverage']);
  });

  test('packs large reports and sends the same bytes', async () => {
    const { url, uploads } = await start();
    const large = LCOV.repeat(5000);
    repository.write('out/lcov.info', large);
    const packed = gzipSync(large);
    repository.write('out/again.lcov', packed);
    expect((await run([...usual(url), '--no-sources'])).code).toBe(0);
    expect(uploads[0].reports).toEqual([
      { name: 'out/again.lcov', bytes: Buffer.from(large), wasPacked: true },
      { name: 'out/lcov.info', bytes: Buffer.from(large), wasPacked: true },
    ]);
  });

  test('keeps names as they are, whatever characters are in them', async () => {
    const { url, uploads } = await start();
    const name = 'out/ü "x"/coverage.xml';
    repository.write(name, '<coverage/>');
    expect((await run([...usual(url), '--no-sources', name])).code).toBe(0);
    // The form's parser gives the quotes back as they were escaped (HTML Standard).
    expect(uploads[0].reports.map((report) => report.name.replaceAll('%22', '"'))).toEqual([name]);
  });

  test('sends more than a thousand reports as several uploads', async () => {
    const { url, uploads } = await start();
    for (let index = 0; index < 1001; index++) repository.write(`out/${index}.gcov`, `${index}`);
    const { code, output } = await run([...usual(url), '--wait', '--json']);
    expect(code).toBe(0);
    expect(uploads.map((upload) => upload.reports.length)).toEqual([1000, 2]);
    expect(JSON.parse(output)).toMatchObject({ state: 'merged', uploads: [{ state: 'merged' }, { state: 'merged' }] });
  });

  test('without a clone sends the files of the folder as the list to look paths up in', async () => {
    const { url, uploads, metas } = await start();
    const folder = makeFolder();
    writeFileSync(join(folder, 'coverage.xml'), '<coverage/>');
    writeFileSync(join(folder, 'main.c'), 'int a;');
    const { code, complaints } = await run([...usual(url), '--commit', head], {}, folder);
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    expect(uploads[0].network).toEqual(['main.c']);
    expect(metas).toEqual([{ schema: 'thatch-meta/1', commit: { sha: head }, ref: expect.anything() }]);
    expect(complaints).toContain('this folder is not in a git clone');
  });

  test('leaves committed reports alone, unless the run has written them anew', async () => {
    const { url, uploads } = await start();
    repository.write('test/coverage.xml', '<coverage/>');
    repository.write('coverage.xml', '<coverage/>');
    repository.commit('Samples');
    repository.write('coverage.xml', '<coverage line-rate="1"/>');
    const { code, complaints } = await run([...usual(url), '--no-sources']);
    expect(code).toBe(0);
    expect(uploads[0].reports.map((report) => report.name)).toEqual(['coverage.xml', 'out/lcov.info']);
    expect(complaints).toContain('not sent: test/coverage.xml (part of the commit');
  });

  test('searches and reads the clone of --dir', async () => {
    const { url, uploads } = await start();
    const folder = makeFolder();
    expect((await run([...usual(url), '--dir', repository.folder, '--no-sources'], {}, folder)).code).toBe(0);
    expect(uploads[0]).toMatchObject({ query: { commit: head }, reports: [{ name: 'out/lcov.info' }] });
  });

  test('sends only sources of the commit, whatever the server asks for', async () => {
    const gone = repository.git('rev-parse', 'HEAD:src/a.c');
    repository.write('src/a.c', 'int changed;\n');
    repository.commit('Third');
    const { url, metas } = await start({ alsoNeeds: [gone, 'HEAD', '--batch-all-objects'] });
    expect((await run(usual(url))).code).toBe(0);
    expect(metas.map((meta) => meta.sources)).toEqual([undefined, undefined]);
  });

  test('does not send a source of more than 2 MiB, but those beside it', async () => {
    repository.write('src/huge.c', 'x'.repeat((2 << 20) + 1));
    repository.commit('Huge');
    const { url, metas } = await start({ covered: ['src/huge.c', 'src/a.c'] });
    expect((await run(usual(url))).code).toBe(0);
    expect(Object.values(metas.at(-1)?.sources ?? {})).toEqual([{ text: 'int a;\n' }]);
  });

  test('sends many sources in several calls of at most 32 MiB', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `src/${index}.c`);
    for (const [index, name] of names.entries()) repository.write(name, `${index}`.padEnd(2 << 20, 'x'));
    repository.commit('Many');
    const { url, metas } = await start({ covered: names });
    expect((await run(usual(url))).code).toBe(0);
    expect(metas.slice(2).map((meta) => Object.keys(meta.sources ?? {}).length)).toEqual([16, 4]);
  });
});

describe('exit codes', () => {
  test('2 when the upload ends as an error, with the reason of every problem', async () => {
    const problems = [
      {
        code: 'unreadable',
        severity: 'error',
        file: 'out/lcov.info',
        line: 7,
        message: 'no record',
        hint: 'Run the tests.',
      },
    ];
    const { url } = await start({ end: 'error', problems });
    const { code, complaints } = await run([...usual(url), '--wait']);
    expect(code).toBe(2);
    expect(complaints).toContain('✗ out/lcov.info:7: no record\n  Run the tests.');
  });

  test('3 when time is up before the upload is merged, 0 with --wait-optional', async () => {
    const { url } = await start({ end: 'processed' });
    const late = await run([...usual(url), '--wait', '1']);
    expect(late.code).toBe(3);
    expect(late.output).toContain('processed, not finished in time');
    expect((await run([...usual(url), '--wait', '1', '--wait-optional'])).code).toBe(0);
  });

  test('1 when a verdict failed, 2 when one could not be made', async () => {
    const verdict = { context: 'codecov/project', state: 'failure', description: '90 % of 95 %' };
    const failed = await start({ verdicts: [verdict] });
    const { code, output } = await run([...usual(failed.url), '--wait']);
    expect(code).toBe(1);
    expect(output).toContain('codecov/project  failure  90 % of 95 %');
    await failed.close();
    const { url } = await start({ verdicts: [{ ...verdict, state: 'error' }] });
    expect((await run([...usual(url), '--wait'])).code).toBe(2);
  });

  test('--strict makes an unread part of a report an error', async () => {
    const problems = [
      { code: 'record', severity: 'error', file: 'out/lcov.info', line: 7, message: 'no record', hint: null },
    ];
    const { url, uploads } = await start({ problems });
    expect((await run([...usual(url), '--wait'])).code).toBe(0);
    expect((await run([...usual(url), '--strict'])).code).toBe(2);
    expect(uploads[1].query.strict).toBe('1');
  });

  test('2 when no report is found, with the folders that were searched', async () => {
    rmSync(join(repository.folder, 'out'), { recursive: true });
    const { code, complaints } = await run(usual('http://localhost:1'));
    expect(code).toBe(2);
    expect(complaints).toContain(`no coverage report found in ${repository.folder} (searched ., src)`);
    expect(complaints).toContain('--file');
  });

  test('2 when a given file is missing, and nothing else is looked for', async () => {
    const { code, complaints } = await run([...usual('http://localhost:1'), '--file', 'out/no.xml']);
    expect(code).toBe(2);
    expect(complaints).toContain('no such file: out/no.xml');
  });

  test('2 without an address or a repository, naming the option', async () => {
    const noAddress = await run(['--repo', 'gh/acme/web']);
    expect(noAddress).toMatchObject({ code: 2, complaints: expect.stringContaining('--url') });
    const noRepository = await run(['--url', 'http://localhost:1']);
    expect(noRepository).toMatchObject({ code: 2, complaints: expect.stringContaining('--repo SERVICE/OWNER/NAME') });
  });

  test.each(['localhost:8080', 'ftp://x', 'https://me:pw@thatch.example'])('2 for the address %s', async (address) => {
    expect((await run(['--url', address, '--repo', 'gh/a/b'])).code).toBe(2);
  });
});

describe('addresses and tokens', () => {
  test('are read from THATCH_ and CODECOV_ variables, options first', async () => {
    const { url, uploads } = await start();
    const words = ['--repo', 'gh/acme/web', '--no-sources'];
    expect((await run(words, { CODECOV_URL: `${url}/`, CODECOV_TOKEN: TOKEN })).code).toBe(0);
    expect(
      (
        await run(words, {
          THATCH_URL: url,
          CODECOV_URL: 'http://localhost:1',
          THATCH_TOKEN: TOKEN,
          CODECOV_TOKEN: 'x',
        })
      ).code,
    ).toBe(0);
    expect(
      (await run([...words, '--url', url, '--token', TOKEN], { THATCH_URL: 'http://localhost:1', THATCH_TOKEN: 'x' }))
        .code,
    ).toBe(0);
    expect(uploads).toHaveLength(3);
  });

  test('a variable that holds the token is not sent with --env', async () => {
    const { url, requests } = await start();
    const { code, complaints } = await run([...usual(url), '--env', 'SECRET'], { SECRET: TOKEN });
    expect(code).toBe(2);
    expect(complaints).toContain('--env SECRET');
    expect(requests).toEqual([]);
  });

  test('a wrong token stops before the reports are sent, and is never shown', async () => {
    const { url, requests } = await start({ token: 'right' });
    const { code, complaints } = await run(usual(url));
    expect(code).toBe(2);
    expect(complaints).toContain('the server says no (401 token): Not valid tokenless upload');
    expect(complaints).toContain('--token');
    expect(requests).toEqual(['POST /upload/meta']);
  });

  test('a token is masked wherever it turns up', async () => {
    const { url } = await start({
      end: 'error',
      problems: [
        { code: 'x', severity: 'error', message: `echo ${TOKEN} ${Buffer.from(`${TOKEN}:`).toString('base64')}` },
      ],
    });
    const words = [...usual(url), '--wait', '--branch', TOKEN];
    for (const outcome of [await run(words), await run([...words, '--json']), await run([...words, '--dry-run'])]) {
      expect(outcome.output + outcome.complaints).not.toContain(TOKEN);
      expect(outcome.output + outcome.complaints).toContain('****');
    }
  });
});

describe('trouble on the way', () => {
  test('refused connections, 503 and lost answers are met by repeating, and give one upload', async () => {
    const { url, uploads, requests } = await start({
      trouble: { '/upload/meta': ['drop', 503, 'drop-after-work'], '/upload/coverage': [503, 'drop-after-work'] },
    });
    const { code, complaints, pauses } = await run([...usual(url), '--no-sources']);
    expect(code).toBe(0);
    expect(uploads).toHaveLength(1);
    expect(requests).toEqual([
      ...Array.from({ length: 4 }, () => 'POST /upload/meta'),
      ...Array.from({ length: 3 }, () => 'POST /upload/coverage'),
    ]);
    expect(complaints).toContain('trying again');
    // 503 named its own pause.
    expect(pauses).toEqual([500, 0, 2000, 0, 1000]);
  });

  test('a server that is not there ends the attempts after half a minute, with the address', async () => {
    const gone = await start();
    await gone.close();
    server = null;
    const { code, complaints, pauses } = await run(usual(gone.url));
    expect(code).toBe(2);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(30_500);
    expect(complaints).toContain('no answer from the server: connect ECONNREFUSED');
    expect(complaints).toContain(gone.url);
  });

  test('text of the server cannot move the cursor or forge lines', async () => {
    const { url } = await start({ problems: [{ code: 'x', severity: 'warning', message: 'a\u001b[2Jb\n::error::c' }] });
    expect((await run([...usual(url), '--wait'])).complaints).toContain('! a [2Jb ::error::c\n');
  });
});

describe('what is printed', () => {
  test('--dry-run sends nothing and shows what would go, even without an address', async () => {
    const { url, requests } = await start();
    const { code, output } = await run([...usual(url), '--dry-run']);
    expect(code).toBe(0);
    expect(output).toContain('out/lcov.info');
    expect(output).toContain(`${first} (parent)`);
    expect(requests).toEqual([]);
    const json = await run(['--repo', 'gh/acme/web', '--dry-run', '--json']);
    expect(JSON.parse(json.output)).toMatchObject({
      url: null,
      repo: 'github/acme/web',
      commit: head,
      reports: [{ name: 'out/lcov.info', bytes: LCOV.length }],
    });
  });

  test('--json is one object on the standard output and nothing else', async () => {
    const { url } = await start();
    const { output, complaints } = await run([...usual(url), '--wait', '--json']);
    expect(JSON.parse(output)).toMatchObject({
      exit_code: 0,
      state: 'merged',
      late: false,
      repo: 'github/acme/web',
      commit: head,
      branch: 'main',
      totals: { files: 12, lines: 900, hits: 810, coverage: '90.00', uploads: 1 },
      change: null,
      problems: [],
      notices: [],
    });
    expect(complaints).toBe('');
  });

  test('--quiet says nothing when all is well, and still warns', async () => {
    const { url } = await start();
    expect(await run([...usual(url), '--wait', '--quiet'])).toMatchObject({ code: 0, output: '', complaints: '' });
    repository.write('src/a.c', 'int changed;\n');
    expect((await run([...usual(url), '--quiet'])).complaints).toContain(
      '1 tracked file changed since the commit (src/a.c)',
    );
  });
});
