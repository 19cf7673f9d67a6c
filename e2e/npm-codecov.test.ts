import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, REPORT, REPORT_TOTALS, type Project } from './support/project.ts';
import { plainEnvironment, run } from './support/run.ts';
import { readCommit, settledCommit } from './support/server-state.ts';

/*
 * upload-protocol §9 row 57: the real npm `codecov` 3.8.3, which ends with 0 whatever happens (§6.2).
 */

const UPLOADER = fileURLToPath(import.meta.resolve('codecov/bin/codecov'));

describe('row 57: npm codecov 3.8.3', () => {
  let instance: Instance;
  let token: string;
  let project: Project;
  beforeAll(async () => {
    instance = await startInstance();
    token = await instance.thatch('token', 'create', '--repo', 'gh/acme/web');
  });
  afterAll(() => instance.remove());

  async function codecov(
    words: readonly string[],
    more: { readonly environment?: Readonly<Record<string, string>>; readonly input?: string } = {},
  ) {
    project = makeProject();
    const uploader = [UPLOADER, '--disable=gcov', '--branch=main', ...words];
    const ended = await run(process.execPath, uploader, {
      folder: project.folder,
      environment: plainEnvironment(more.environment),
      input: more.input,
    });
    project.remove();
    return ended;
  }

  const pageAddress = () => `${instance.url}/gh/acme/web/commit/${project.sha}`;

  test('finds the report, sends it by v4 and PUT, and prints the address of the page', async () => {
    const ended = await codecov([`--url=${instance.url}`, `--token=${token}`, '--flags=unit,linux', '--env=OS'], {
      environment: { OS: 'linux' },
    });
    expect(ended.status, ended.text).toBe(0);
    expect(ended.output).toContain(`View report at: ${pageAddress()}\n`);
    const state = await settledCommit(instance, token, 'acme/web', project.sha);
    expect(state).toMatchObject({ state: 'complete', branch: 'main', sessions: 1, totals: REPORT_TOTALS });
    expect(state?.uploads).toMatchObject([
      { via: 'v4', state: 'merged', flags: ['unit', 'linux'], env: { OS: 'linux' }, package: 'node-v3.8.3' },
    ]);
  });

  test('takes address and token from the environment, and a report from standard input', async () => {
    const ended = await codecov(['--pipe'], {
      environment: { CODECOV_URL: instance.url, CODECOV_TOKEN: token },
      input: REPORT,
    });
    expect(ended.output).toContain(`View report at: ${pageAddress()}\n`);
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({ totals: REPORT_TOTALS });
  });

  test('with --disable=s3 sends everything by v2', async () => {
    const ended = await codecov([`--url=${instance.url}`, `--token=${token}`, '--disable=gcov,s3']);
    expect(ended.status, ended.text).toBe(0);
    expect(ended.output).toContain('Success!');
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({
      totals: REPORT_TOTALS,
      uploads: [{ via: 'v2' }],
    });
  });

  test('shows the reason of a refusal as one line of text, as JSON would break it', async () => {
    const wrong = '00000000-1111-4222-8333-444444444444';
    const ended = await codecov([`--url=${instance.url}`, `--token=${wrong}`]);
    expect(ended.status, ended.text).toBe(0);
    expect(ended.output).toMatch(/Could not upload to Codecov: .*Could not find a repository/);
    expect(ended.text).not.toContain(wrong);
    expect(await readCommit(instance, project.sha)).toBeNull();
  });
});
