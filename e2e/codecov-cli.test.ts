import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithCodecovCli } from './support/codecov-cli.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, REPORT, REPORT_TOTALS, type Project } from './support/project.ts';
import type { Ended } from './support/run.ts';
import { readCommit, settledCommit } from './support/server-state.ts';

/*
 * upload-protocol §9 row 57: the real codecov-cli, every row of its table in §1.6, against a real server; exit statuses and texts are those of §6.2.
 */

describeWithCodecovCli('row 57: codecov-cli', (codecovCli) => {
  let instance: Instance;
  let token: string;
  beforeAll(async () => {
    instance = await startInstance();
    token = await instance.thatch('token', 'create', '--global');
  });
  afterAll(() => instance.remove());

  /** Every test sends for a commit of its own. */
  const projects: Project[] = [];
  function newProject(): Project {
    const project = makeProject();
    projects.push(project);
    return project;
  }
  afterAll(() => projects.forEach((project) => project.remove()));

  const REPOSITORY = ['-r', 'acme/web', '--git-service', 'github'];
  const REPORT_ONLY = ['--disable-search', '-f', 'coverage/lcov.info'];

  function cli(project: Project, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return codecovCli(words, { folder: project.folder, url: instance.url, environment });
  }

  function send(project: Project, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    return cli(project, [...words, ...REPOSITORY, '-C', project.sha, '-t', token], environment);
  }

  function ended(run: Ended, status: number, ...texts: readonly (string | RegExp)[]): void {
    for (const text of texts) expect(run.text).toMatch(text);
    expect(run.status, run.text).toBe(status);
  }

  test('create-commit, create-report and do-upload, one after the other, make a report', async () => {
    const project = newProject();
    const commit = await send(project, [
      'create-commit',
      '-B',
      'main',
      '-P',
      '12',
      '--parent-sha',
      project.parent,
      '-Z',
    ]);
    ended(commit, 0, 'Commit creating complete');
    expect(await readCommit(instance, project.sha)).toMatchObject({
      branch: 'main',
      pull: 12,
      parent: project.parent,
      uploads: [],
    });
    ended(await send(project, ['create-report', '-Z']), 0, 'Report creating complete');
    const upload = await send(
      project,
      [
        'do-upload',
        ...REPORT_ONLY,
        ...['-F', 'unit', '-F', 'linux', '-n', 'the name', '--job-code', 'test', '--build-url', 'https://ci.example/7'],
        ...['-e', 'OS', '-Z'],
      ],
      { OS: 'linux' },
    );
    ended(upload, 0, /Sending upload \(\d+ bytes\) to storage/, queued(project));

    const state = await settledCommit(instance, token, 'acme/web', project.sha);
    expect(state).toMatchObject({ state: 'complete', sessions: 1, totals: REPORT_TOTALS });
    expect(state?.uploads).toMatchObject([
      {
        kind: 'coverage',
        state: 'merged',
        flags: ['unit', 'linux'],
        name: 'the name',
        job: 'test',
        build_url: 'https://ci.example/7',
        env: { OS: 'linux' },
        agent: 'codecov-cli/11.3.1',
      },
    ]);
  });

  test('upload-process makes commit, report and upload in one call', async () => {
    const project = newProject();
    const run = await send(project, ['upload-process', '-B', 'main', ...REPORT_ONLY, '-Z']);
    ended(run, 0, 'Commit creating complete', 'Report creating complete', queued(project));
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({
      state: 'complete',
      branch: 'main',
      totals: REPORT_TOTALS,
    });
  });

  test('upload-coverage, the way of the action, makes all in one request; the report is found by search', async () => {
    const project = newProject();
    const run = await send(project, ['upload-coverage', '-B', 'main', '-Z']);
    ended(run, 0, /Found 1 coverage files/, queued(project));
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({
      state: 'complete',
      branch: 'main',
      totals: REPORT_TOTALS,
      uploads: [{ via: 'D' }],
    });
  });

  test('upload-coverage takes everything from a job of GitHub Actions', async () => {
    const project = newProject();
    const run = await cli(project, ['upload-coverage', '-t', token, '--git-service', 'github', '-Z'], {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: project.sha,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_REPOSITORY: 'acme/web',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKFLOW: 'Tests',
      GITHUB_JOB: 'unit',
      GITHUB_RUN_ID: '77',
    });
    ended(run, 0, 'ci service found: github-actions', queued(project));
    const state = await settledCommit(instance, token, 'acme/web', project.sha);
    expect(state).toMatchObject({ branch: 'main', totals: REPORT_TOTALS });
    expect(state?.uploads).toMatchObject([
      { ci: 'github-actions', build_url: 'https://github.com/acme/web/actions/runs/77', job: 'Tests' },
    ]);
  });

  test.each(['upload-coverage', 'upload-process'])(
    '%s with --use-legacy-uploader goes by v4 and prints its answer',
    async (command) => {
      const project = newProject();
      const run = await send(project, [
        command,
        '--use-legacy-uploader',
        '-B',
        'main',
        '-F',
        'unit',
        '-F',
        'linux',
        ...REPORT_ONLY,
        '-Z',
      ]);
      ended(run, 0, 'Upload queued for processing complete');
      expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({
        totals: REPORT_TOTALS,
        uploads: [{ via: 'v4', flags: ['unit', 'linux'], ci: 'local' }],
      });
    },
  );

  test('test results are taken, and their absence too', async () => {
    const project = newProject();
    project.write(
      'junit.xml',
      '<testsuites><testsuite name="s" tests="1"><testcase name="t" time="0.1"/></testsuite></testsuites>\n',
    );
    const upload = ['--report-type', 'test_results', '-B', 'main', '--disable-search', '-Z'];
    ended(
      await send(project, ['do-upload', '-f', 'junit.xml', ...upload]),
      0,
      /Sending upload \(\d+ bytes\) to storage/,
    );
    const state = await readCommit(instance, project.sha);
    expect(state?.uploads).toMatchObject([{ kind: 'test_results', state: 'stored' }]);

    const none = newProject();
    const nothing = await send(none, ['do-upload', ...upload]);
    ended(nothing, 0, 'No test results reports found');
    expect((await readCommit(instance, none.sha))?.uploads).toEqual([]);

    const together = newProject();
    together.write('junit.xml', '<testsuite name="s" tests="1"><testcase name="t" time="0.1"/></testsuite>\n');
    ended(await send(together, ['upload-coverage', '-f', 'junit.xml', ...upload]), 0, /Sending upload \(\d+ bytes\)/);
    expect((await readCommit(instance, together.sha))?.uploads).toMatchObject([
      { kind: 'test_results', state: 'stored' },
    ]);
  });

  test('send-notifications says how far the uploads are', async () => {
    const project = newProject();
    ended(await send(project, ['upload-coverage', '-B', 'main', '-Z']), 0);
    await settledCommit(instance, token, 'acme/web', project.sha);
    ended(await send(project, ['send-notifications', '-Z']), 0, /"?uploads_total"?.*1/);
  });

  test('with --handle-no-reports-found and nothing found it only asks for the end', async () => {
    const project = newProject();
    ended(await send(project, ['upload-coverage', '-B', 'main', '-Z']), 0);
    const words = ['upload-coverage', '--handle-no-reports-found', '--disable-search', '-B', 'main', '-Z'];
    ended(await send(project, words), 0, 'No coverage reports found');
    expect((await readCommit(instance, project.sha))?.uploads).toHaveLength(1);
  });

  test('empty-upload --force is a passing answer, and without a diff to judge by a refusal', async () => {
    const project = newProject();
    ended(
      await send(project, ['empty-upload', '--force', '-B', 'main', '-Z']),
      0,
      'Force option was enabled. Triggering passing notifications.',
    );
    const unforced = newProject();
    ended(await send(unforced, ['empty-upload', '-B', 'main', '-Z']), 1, /failed: .*Unable to get pull request/);
    ended(await send(unforced, ['empty-upload', '-B', 'main']), 0, /failed: .*Unable to get pull request/);
    for (const { sha } of [project, unforced]) {
      expect(await readCommit(instance, sha)).toMatchObject({ branch: 'main', uploads: [] });
    }
  });

  test('create-report-results and get-report-results give the verdict of local uploads', async () => {
    const project = newProject();
    ended(await send(project, ['upload-coverage', '-B', 'main', '-Z']), 0);
    await settledCommit(instance, token, 'acme/web', project.sha);
    ended(await send(project, ['create-report-results', '-Z']), 0, 'Report results creating complete');
    ended(await send(project, ['get-report-results', '-Z']), 0, 'Finished processing report results');
    expect((await readCommit(instance, project.sha))?.uploads).toMatchObject([{ state: 'merged' }]);
  });

  test('pr-base-picking sets the base of a pull, also where CLI takes its CI for the service', async () => {
    const project = newProject();
    const pick = ['pr-base-picking', '--base-sha', project.parent, '--slug', 'acme/web', '-t', token];
    ended(await cli(project, [...pick, '--pr', '41', '--service', 'github']), 0);
    ended(await cli(project, [...pick, '--pr', '42', '--service', 'github-actions']), 0);
    expect(
      await instance.query('select number, user_provided_base_sha from pulls where number in (41, 42) order by number'),
    ).toEqual([
      { number: 41, user_provided_base_sha: project.parent },
      { number: 42, user_provided_base_sha: project.parent },
    ]);
  });

  test('a wrong token ends with 1 only when errors are to fail, but always in upload-process', async () => {
    const project = newProject();
    const wrong = (words: readonly string[]) =>
      cli(project, [...words, ...REPOSITORY, '-C', project.sha, '-t', '00000000-1111-4222-8333-444444444444']);
    const refused = /failed: .*Not valid tokenless upload/;
    ended(await wrong(['upload-coverage', '-B', 'main']), 0, refused);
    ended(await wrong(['upload-coverage', '-B', 'main', '-Z']), 1, refused);
    ended(await wrong(['upload-process', '-B', 'main']), 1, /Commit creating failed: .*Not valid tokenless upload/);
    expect(await readCommit(instance, project.sha)).toBeNull();
  });

  test('an address with a slash at its end is as good as one without, though the client then sends two', async () => {
    const project = newProject();
    const run = await codecovCli(
      ['upload-coverage', '-B', 'main', ...REPOSITORY, ...REPORT_ONLY, '-C', project.sha, '-t', token, '-Z'],
      { folder: project.folder, url: `${instance.url}/` },
    );
    ended(run, 0, queued(project));
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({ totals: REPORT_TOTALS });
  });

  test('a limit of the installation is shown in its own words: of the bytes at the PUT, of the uploads before it', async () => {
    const limits = ['--set', 'thatch.limits.upload_bytes=2000', '--set', 'setup.max_sessions=1'];
    const strict = await startInstance({ arguments: limits });
    try {
      const strictToken = await strict.thatch('token', 'create', '--global');
      const sendTo = ({ folder, sha }: Project, report: string, ...more: readonly string[]) => {
        const commit = ['-B', 'main', ...REPOSITORY, '-C', sha, '-t', strictToken];
        const only = ['--plugin', 'noop', '--disable-search', '-f', report];
        return codecovCli(['upload-coverage', ...commit, ...only, ...more], { folder, url: strict.url });
      };
      const lines = Array.from({ length: 3000 }, (_, line) => `DA:${line + 1},${(line * 7919) % 1009}\n`);
      const large = `SF:src/add.ts\n${lines.join('')}end_of_record\n`;
      for (const [status, ...more] of [[0], [1, '-Z']] as const) {
        const project = newProject();
        project.write('large.info', large);
        const run = await sendTo(project, 'large.info', ...more);
        ended(run, status, 'Upload queued for processing failed: The upload is larger than 2000 bytes');
        expect(await readCommit(strict, project.sha)).toMatchObject({ sessions: null, totals: null });
      }

      const project = newProject();
      ended(await sendTo(project, 'coverage/lcov.info', '-Z'), 0);
      await settledCommit(strict, strictToken, 'acme/web', project.sha);
      project.write('second.info', REPORT.replace('DA:1,4', 'DA:1,5'));
      const second = await sendTo(project, 'second.info', '-Z');
      ended(second, 1, /failed: .*This commit already has 1 uploads; limit setup.max_sessions=1/);
      expect(await readCommit(strict, project.sha)).toMatchObject({ sessions: 1, totals: REPORT_TOTALS });
    } finally {
      await strict.remove();
    }
  });

  function queued({ sha }: Project): RegExp {
    const address = `${instance.url}/gh/acme/web/commit/${sha}`;
    return new RegExp(`queued for processing. When finished, results will be available at: ${RegExp.escape(address)}`);
  }
});
