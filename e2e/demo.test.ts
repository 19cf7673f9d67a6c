import { readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { THATCH } from '../packages/server/test/support/server-process.ts';
import { makeOpenFolder } from '../packages/server/test/support/folders.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { plainEnvironment, run, start } from './support/run.ts';

/*
 * `npm run demo`: a real repository, real tests under real coverage tools, two real uploaders. The numbers are counted by hand from the
 * sources in packages/cli/demo, where some lines have no test.
 */

const CLONE = join(import.meta.dirname, '..');

const tools = inject('pythonTools');
const hasPython = tools.kind === 'ready';
/** totals.py has 12 statements, of which two have no test. */
const PYTHON = hasPython ? { files: 1, lines: 12, hits: 10, misses: 2 } : { files: 0, lines: 0, hits: 0, misses: 0 };

describe('the demo', () => {
  let folder: string;
  beforeAll(() => {
    folder = makeOpenFolder('thatch-demo-test-');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Where it makes its own folders; and coverage.py where it can be had, else none. */
  function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const plain = plainEnvironment({ TMPDIR: folder, HOME: folder, NO_UPDATE_NOTIFIER: '1', ...more });
    return hasPython ? { ...plain, PATH: `${tools.binaries}${delimiter}${plain['PATH']}` } : plain;
  }

  describe('with a server that runs', () => {
    let instance: Instance;
    let output: string;
    let apiToken: string;
    beforeAll(async () => {
      instance = await startInstance();
      const token = await instance.thatch('token', 'create', '--repo', 'git/demo/shapes');
      await instance.thatch('user', 'create', 'reader', '--grant', 'git/demo=reader');
      apiToken = await instance.thatch('token', 'create', '--api', 'reader');
      // A CI's own variables must not turn its uploads into those of another commit.
      const ended = await run(process.execPath, [THATCH, 'demo', '--url', instance.url], {
        folder: CLONE,
        environment: environment({
          THATCH_TOKEN: token,
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_SHA: '77'.repeat(20),
        }),
      });
      expect(ended.status, ended.text).toBe(0);
      output = ended.output;
    });
    afterAll(() => instance.remove());

    async function api<T>(path: string): Promise<T> {
      const response = await fetch(`${instance.url}/api/v2/git/demo/repos/shapes/${path}`, {
        headers: { authorization: `Bearer ${apiToken}` },
      });
      expect(response.status).toBe(200);
      return response.json() as Promise<T>;
    }

    test('every commit has the totals of its tests', async () => {
      const { results } = await api<{ readonly results: readonly CommitRow[] }>('commits');
      expect(
        results.map(({ message, branch, state, totals }) => ({ message, branch, state, ...pick(totals) })),
      ).toEqual([
        {
          message: 'Round areas',
          branch: 'rounding',
          state: 'complete',
          ...plus({ files: 4, lines: 47, hits: 31, misses: 16 }, PYTHON),
        },
        {
          message: 'Sum areas up in Python',
          branch: 'main',
          state: 'complete',
          ...plus({ files: 3, lines: 34, hits: 21, misses: 13 }, PYTHON),
        },
        {
          message: 'Tell kinds of triangles apart',
          branch: 'main',
          state: 'complete',
          files: 3,
          lines: 34,
          hits: 21,
          misses: 13,
        },
        { message: 'Measure squares', branch: 'main', state: 'complete', files: 2, lines: 16, hits: 11, misses: 5 },
      ]);
    });

    test('the reports were sent by both uploaders, each with the flag of its tests', async () => {
      const { commitid } = (await api<{ readonly head_commit: CommitRow }>('branches/main')).head_commit;
      const { results } = await api<{ readonly results: readonly { readonly flags: readonly string[] }[] }>(
        `commits/${commitid}/uploads/`,
      );
      const flags = results.flatMap(({ flags }) => flags).sort();
      expect(flags).toEqual(['command-line', ...(hasPython ? ['python'] : []), 'unit']);
      const sent = await instance.query('select agent, package, via, flags from uploads order by id limit 2');
      expect(sent).toEqual([
        { agent: expect.stringContaining('node-fetch'), package: 'node-v3.8.3', via: 'v4', flags: ['unit'] },
        { agent: expect.stringContaining('thatch'), package: null, via: 'own', flags: ['command-line'] },
      ]);
    });

    test('the lines without a test are those of the sources', async () => {
      const triangle = await api<FileReport>('file_report/src/triangle.ts');
      expect(missed(triangle)).toEqual([4, 5, 6, 10, 11, 12]);
      expect(missed(await api<FileReport>('file_report/src/square.ts'))).toEqual([4, 5]);
      if (hasPython) expect(missed(await api<FileReport>('file_report/python/totals.py'))).toEqual([6, 15]);
      else expect(output).toContain('The tests in Python were left out: there is no python3 with coverage.py here.');
    });

    test('it prints what to look at, and no token', () => {
      expect(output).toContain(
        `curl -H "Authorization: Bearer $API_TOKEN" ${instance.url}/api/v2/git/demo/repos/shapes/commits\n`,
      );
      expect(output).toContain('change    -6.99 %');
      expect(output).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}/);
    });
  });

  test('npm run demo -- --exit starts a server of its own and leaves nothing behind', async () => {
    const ended = await run('npm', ['run', 'demo', '--', '--exit'], { folder: CLONE, environment: environment() });
    expect(ended.status, ended.text).toBe(0);
    const url = /A server of its own listens on (\S+)/.exec(ended.output)![1];
    expect(ended.output).toContain(`  curl ${url}/api/v2/git/demo/repos/shapes/commits\n`);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(demoFolders()).toEqual([]);
  });

  test('the server stays up for a look without any token, until Ctrl-C removes it', async () => {
    const demo = start(process.execPath, [THATCH, 'demo'], {
      folder: CLONE,
      environment: environment(),
      ownGroup: true,
    });
    let output = '';
    for await (const text of demo.child.stdout!) {
      output += String(text);
      if (output.includes('stays up until Ctrl-C')) break;
    }
    const address = /curl "(\S+file_report\S+)"/.exec(output)![1];
    expect(missed((await (await fetch(address)).json()) as FileReport)).toEqual([4, 5, 6, 10, 11, 12]);
    process.kill(-demo.child.pid!, 'SIGINT');
    expect(await demo.ended).toMatchObject({ status: 0, signal: null });
    expect(demoFolders()).toEqual([]);
  });

  function demoFolders(): string[] {
    return readdirSync(folder).filter((name) => name.startsWith('thatch-demo-'));
  }
});

/** What is read of a commit of the REST API. */
interface CommitRow {
  readonly commitid: string;
  readonly message: string;
  readonly branch: string;
  readonly state: string;
  readonly totals: Counts;
}

/** What is read of a file of a report: line and state. */
interface FileReport {
  readonly line_coverage: readonly (readonly [number, number])[];
}

interface Counts {
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  readonly misses: number;
}

function pick({ files, lines, hits, misses }: Counts): Counts {
  return { files, lines, hits, misses };
}

function plus(first: Counts, second: Counts): Counts {
  return {
    files: first.files + second.files,
    lines: first.lines + second.lines,
    hits: first.hits + second.hits,
    misses: first.misses + second.misses,
  };
}

/** Lines with the state 1 of public-api §1.5. */
function missed(report: FileReport): number[] {
  return report.line_coverage.filter(([, state]) => state === 1).map(([line]) => line);
}
