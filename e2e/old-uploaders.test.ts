import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, REPORT, REPORT_TOTALS, type Project } from './support/project.ts';
import { sendRaw, type RawAnswer } from './support/raw-http.ts';
import { readCommit, settledCommit } from './support/server-state.ts';

/*
 * upload-protocol §9 row 57: the bash uploader 1.0.6 and the node uploader 0.8.0. Both are downloads and no packages: their requests
 * are repeated byte for byte (§1.4, §3, §4.2, §6.3), and their answers read as they read them (§6.2, §7).
 */

let instance: Instance;
let token: string;
let project: Project;
beforeAll(async () => {
  instance = await startInstance();
  token = await instance.thatch('token', 'create', '--repo', 'gh/acme/web');
  project = makeProject();
});
afterAll(async () => {
  project.remove();
  await instance.remove();
});

const NETWORK = 'README.md\nsrc/add.ts\nsrc/choose.ts\n';
const pageAddress = (sha: string) => `${instance.url}/gh/acme/web/commit/${sha}`;

function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}

describe('row 57: the bash uploader', () => {
  const CURL = ['User-Agent: curl/7.88.1', 'Accept: */*'];

  function query(sha: string, branch: string): string {
    return (
      `package=bash-1.0.6&token=${token}&branch=${branch}&commit=${sha}&build=81&build_url=https%3A%2F%2Fci.example%2F81` +
      '&name=&tag=&slug=&service=&flags=unit&pr=&job=&cmd_args=t,F'
    );
  }

  // ENV, the path of the yaml or a blank line, network, then each file; with `gzip -nf9`.
  const body = gzipSync(
    `CI=true\n<<<<<< ENV\n\n${NETWORK}<<<<<< network\n# path=coverage/lcov.info\n${REPORT}<<<<<< EOF\n`,
    { level: 9 },
  );

  test('sends by v4 and PUT, and prints the first line of the answer', async () => {
    const first = await sendRaw(instance.url, [
      `POST /upload/v4?${query(project.sha, 'main')} HTTP/1.1`,
      ...CURL,
      'X-Reduced-Redundancy: false',
      'X-Content-Type: application/x-gzip',
      'Content-Length: 0',
      `X-Upload-Token: ${token}`,
    ]);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toMatch(/^text\/plain/);
    const [page, target, ...rest] = first.body.split('\n');
    expect([page, rest]).toEqual([pageAddress(project.sha), []]);

    const stored = await sendRaw(
      target,
      [
        `PUT ${pathOf(target)} HTTP/1.1`,
        ...CURL,
        'Content-Type: application/x-gzip',
        'Content-Encoding: gzip',
        `Content-Length: ${body.length}`,
      ],
      body,
    );
    expect(stored).toMatchObject({ status: 200, body: '' });
    const state = await settledCommit(instance, token, 'acme/web', project.sha);
    expect(state).toMatchObject({ branch: 'main', totals: REPORT_TOTALS });
    expect(state?.uploads).toMatchObject([{ via: 'v4', flags: ['unit'], env: { CI: 'true' }, package: 'bash-1.0.6' }]);
  });

  test('falls back to v2 with the report as the body, and a line of its own script in the query', async () => {
    const sha = 'ba'.repeat(20);
    const answer = await sendRaw(
      instance.url,
      [
        `POST /upload/v2?${query(sha, 'main')}&attempt=woff|eot|otf|gif|ico|png|svg|ttf|yml|yaml HTTP/1.1`,
        'User-Agent: curl/7.88.1',
        'Content-Type: text/plain',
        'Content-Encoding: gzip',
        'X-Content-Encoding: gzip',
        `X-Upload-Token: ${token}`,
        'Accept: text/plain',
        `Content-Length: ${body.length}`,
      ],
      body,
    );
    expect(answer.status).toBe(200);
    // What it greps for, blank included.
    expect(/"uploaded": [a-z]*/.exec(answer.body)?.[0]).toBe('"uploaded": true');
    expect(await settledCommit(instance, token, 'acme/web', sha)).toMatchObject({
      totals: REPORT_TOTALS,
      uploads: [{ via: 'v2' }],
    });
  });

  test('is told of a refusal by status and text', async () => {
    const sha = 'bb'.repeat(20);
    const answer = await sendRaw(instance.url, [
      `POST /upload/v4?${query(sha, 'main').replaceAll(token, 'abc')} HTTP/1.1`,
      ...CURL,
      'Content-Length: 0',
      'X-Upload-Token: abc',
    ]);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.body).toMatch(/^Invalid request parameters \[\w+\] [^\n]+$/);
    expect(await readCommit(instance, sha)).toBeNull();
  });
});

describe('row 57: the node uploader', () => {
  const AGENT = 'User-Agent: codecov-uploader/0.8.0';
  const UNENDED = REPORT.trimEnd();

  function ask(sha: string, tokenText: string): Promise<RawAnswer> {
    const query = new URLSearchParams({
      branch: 'main',
      build: '82',
      build_url: 'https://ci.example/82',
      commit: sha,
      flags: 'unit',
      job: '',
      name: 'a name',
      parent: '',
      pr: '',
      service: 'github-actions',
      slug: 'acme/web',
      tag: '',
      package: 'uploader-0.8.0',
      token: tokenText,
    });
    return sendRaw(instance.url, [
      `POST /upload/v4?${query} HTTP/1.1`,
      AGENT,
      'X-Reduced-Redundancy: false',
      `X-Upload-Token: ${tokenText}`,
      'Accept: */*',
      'Connection: keep-alive',
      'Content-Length: 0',
    ]);
  }

  test('finds exactly two addresses in the answer, and sends its container with markers glued to the files', async () => {
    const sha = '0d'.repeat(20);
    const first = await ask(sha, token);
    expect(first.status).toBe(200);
    const words = first.body.match(/[\x21-\x7E]+/g) ?? [];
    expect(words).toHaveLength(2);
    expect(words[0]).toBe(pageAddress(sha));

    const body = gzipSync(
      `${NETWORK}\n<<<<<< network\n\n# path=coverage/lcov.info\n${UNENDED}<<<<<< EOF\nOS=linux\n<<<<<< ENV\n`,
    );
    const stored = await sendRaw(
      words[1],
      [
        `PUT ${pathOf(words[1])} HTTP/1.1`,
        AGENT,
        'Content-Type: text/plain',
        'Content-Encoding: gzip',
        'Connection: keep-alive',
        `Content-Length: ${body.length}`,
      ],
      body,
    );
    // Anything but 200 is a failure to it.
    expect(stored).toMatchObject({ status: 200, body: '' });
    const state = await settledCommit(instance, token, 'acme/web', sha);
    expect(state).toMatchObject({ totals: REPORT_TOTALS });
    expect(state?.uploads).toMatchObject([
      { via: 'v4', state: 'merged', flags: ['unit'], name: 'a name', ci: 'github-actions', env: { OS: 'linux' } },
    ]);
  });

  test('prints a refusal as it comes, which shows no more than the beginning of the token', async () => {
    const wrong = '00000000-1111-4222-8333-444444444444';
    const sha = '0e'.repeat(20);
    const answer = await ask(sha, wrong);
    expect(answer.status).toBe(404);
    expect(await readCommit(instance, sha)).toBeNull();
    expect(answer.body).toContain('Could not find a repository');
    expect(answer.body).not.toContain(wrong.slice(0, 9));
  });
});
