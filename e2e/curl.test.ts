import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, REPORT, REPORT_TOTALS, type Project } from './support/project.ts';
import { run } from './support/run.ts';
import { readCommit, settledCommit } from './support/server-state.ts';

/*
 * Plain curl: the one-line uploads of upload-protocol §8.1, and the two steps of the addresses that codecov's clients use.
 */

describe('rows 57 and 58: curl', () => {
  let instance: Instance;
  let token: string;
  let project: Project;
  const projects: Project[] = [];
  beforeAll(async () => {
    instance = await startInstance();
    token = await instance.thatch('token', 'create', '--global');
  });
  afterAll(async () => {
    projects.forEach((made) => made.remove());
    await instance.remove();
  });

  /** Runs curl in a project of its own. */
  async function curl(words: (sha: string) => readonly string[], input?: string) {
    project = makeProject();
    projects.push(project);
    return run('curl', ['-sS', ...words(project.sha)], { folder: project.folder, input });
  }

  const authorization = () => ['-H', `Authorization: token ${token}`];
  const upload = (sha: string, more = '') =>
    `${instance.url}/upload/coverage?repo=gh/acme/web&commit=${sha}&branch=main${more}`;

  test('a bare report is merged within the answer, which holds the totals and leads to the pages', async () => {
    const { status, output } = await curl((sha) => [
      ...['-f', ...authorization(), '--data-binary', '@coverage/lcov.info', upload(sha, '&flags=unit&wait=60')],
    ]);
    expect(status).toBe(0);
    const answer = JSON.parse(output) as Record<string, unknown>;
    expect(answer).toMatchObject({
      state: expect.stringMatching(/^(merged|judged)$/),
      duplicate: false,
      repo: 'gh/acme/web',
      commit: project.sha,
      flags: ['unit'],
      bytes: REPORT.length,
      upload_totals: REPORT_TOTALS,
      commit_totals: { ...REPORT_TOTALS, uploads: 1 },
      result_url: `${instance.url}/gh/acme/web/commit/${project.sha}`,
    });
    const shown = await run('curl', ['-sSf', String(answer['status_url'])]);
    expect(JSON.parse(shown.output)).toMatchObject({ id: answer['id'], upload_totals: REPORT_TOTALS });
  });

  test('two reports go as a form, and a script takes the address from the answer', async () => {
    const { output } = await curl(
      (sha) => [
        ...['-f', ...authorization(), '-H', 'Accept: text/plain', '-F', 'report=@coverage/lcov.info'],
        ...['-F', 'report=@-;filename=second.info', upload(sha, '&wait=60')],
      ],
      'SF:README.md\nDA:1,1\nend_of_record\n',
    );
    expect(output).toBe(`${instance.url}/gh/acme/web/commit/${project.sha}\n`);
    expect(await readCommit(instance, project.sha)).toMatchObject({
      totals: { files: 3, lines: 7, hits: 4, misses: 2, partials: 1 },
    });
  });

  test('a stream of unknown length is taken, by PUT too', async () => {
    const { status, output } = await curl(
      (sha) => ['-f', ...authorization(), '-T', '-', upload(sha, '&wait=60')],
      REPORT,
    );
    expect(status).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ upload_totals: REPORT_TOTALS });
  });

  test('a wrong token ends with 22 and the way out, before the report is sent', async () => {
    const wrong = ['-H', 'Authorization: token 00000000-1111-4222-8333-444444444444', '-H', 'Expect: 100-continue'];
    const words = ['--fail-with-body', '-w', '\n%{size_upload}', ...wrong, '--data-binary', '@coverage/lcov.info'];
    const { status, output } = await curl((sha) => [...words, upload(sha)]);
    const [body, bytesSent] = output.split('\n');
    expect({ status, bytesSent }).toEqual({ status: 22, bytesSent: '0' });
    expect(JSON.parse(body)).toEqual({
      detail: expect.stringMatching(/\w/),
      code: expect.stringMatching(/\w/),
      hint: expect.stringMatching(/\w/),
    });
    expect(await readCommit(instance, project.sha)).toBeNull();
  });

  test('the two steps of codecov-cli work by hand', async () => {
    const { output } = await curl((sha) => [
      ...['-f', ...authorization(), '-H', 'Content-Type: application/json'],
      ...['-d', JSON.stringify({ commitid: sha, branch: 'main', ci_service: 'custom' })],
      `${instance.url}/upload/gh/acme::::web/upload-coverage`,
    ]);
    const { raw_upload_location, url } = JSON.parse(output) as Record<string, string>;
    expect(url).toBe(`${instance.url}/gh/acme/web/commit/${project.sha}`);
    const put = await run('curl', ['-sSf', '-T', 'coverage/lcov.info', raw_upload_location], {
      folder: project.folder,
    });
    expect(put).toMatchObject({ status: 0, output: '' });
    expect(await settledCommit(instance, token, 'acme/web', project.sha)).toMatchObject({ totals: REPORT_TOTALS });
  });
});
