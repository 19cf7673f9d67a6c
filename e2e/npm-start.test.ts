import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { THATCH } from '../packages/server/test/support/server-process.ts';
import { makeOpenFolder } from '../packages/server/test/support/folders.ts';
import { postgresOf } from './support/processes.ts';
import { REPORT, REPORT_TOTALS } from './support/project.ts';
import { plainEnvironment, run, runWell } from './support/run.ts';

/*
 * `npm start` at a terminal: a person presses Ctrl-C there, and npm, the shell, the launcher and the server all get the signal. The
 * terminal is one of `script` (util-linux), whose macOS namesake takes other arguments.
 */

const CLONE = join(import.meta.dirname, '..');
const SHA = '5a'.repeat(20);

/** A server that was started by `npm start` at a terminal. */
interface Started {
  readonly url: string;
  readonly dataFolder: string;
  readonly token: string;
  readonly pressControlC: () => void;
  /** Waits until a text was printed. */
  readonly printed: (text: string) => Promise<void>;
  /** Exit status of npm, and all that was on the screen. */
  readonly ended: Promise<{ readonly status: number | null; readonly screen: string }>;
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  let parent: string;
  let started: Started[];
  beforeEach(() => {
    parent = makeOpenFolder('thatch-npm-start-');
    started = [];
  });
  afterEach(async () => {
    for (const server of started) server.pressControlC();
    await Promise.all(started.map(({ ended }) => ended));
    rmSync(parent, { recursive: true, force: true });
  });

  async function start(name: string): Promise<Started> {
    const dataFolder = join(parent, name);
    // With `exec`, as a shell between would have an end of its own when Ctrl-C reaches it.
    const command = `exec npm start -- --host 127.0.0.1 --port 0 --data-dir ${dataFolder}`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      cwd: CLONE,
      env: plainEnvironment({ HOME: parent, NO_COLOR: '1', NO_UPDATE_NOTIFIER: '1' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => {});
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, screen }));
    const printed = async (text: string) => {
      while (!screen.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without "${text}": ${screen}`);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    };
    await printed('Ctrl-C stops it.');
    const url = /is ready at (\S+)/.exec(screen)![1];
    const token = await runWell(process.execPath, [THATCH, 'token', 'create', '--global', '--data-dir', dataFolder]);
    const server = { url, dataFolder, token, pressControlC: () => child.stdin.write('\x03'), printed, ended };
    started.push(server);
    return server;
  }

  test('two servers in two folders of one clone take uploads for the same commit and know nothing of each other', async () => {
    const [first, second] = await Promise.all([start('first'), start('second')]);
    await put(await makeUpload(first), REPORT);
    expect(await totals(first)).toMatchObject({ uploads_total: 1, uploads_success: 1 });
    expect(await totals(second)).toEqual(['Commit SHA not found']);
    const foreign = await post(second, 'commits', { commitid: SHA, branch: 'main' }, first.token);
    expect(foreign.status).toBe(401);

    first.pressControlC();
    expect(await first.ended).toMatchObject({ status: 0 });
    expect(postgresOf(first.dataFolder)).toEqual([]);
    await put(await makeUpload(second), REPORT);
    expect(await totals(second)).toMatchObject({ uploads_total: 1, uploads_success: 1 });
  });

  test('Ctrl-C lets an upload end that has begun, ends with 0 and leaves no process; the next start has the upload', async () => {
    const server = await start('data');
    const address = await makeUpload(server);
    const sending = request(address, {
      method: 'PUT',
      headers: { expect: '100-continue', 'content-length': Buffer.byteLength(REPORT) },
    });
    sending.flushHeaders();
    await once(sending, 'continue');
    sending.write(REPORT.slice(0, 20));
    server.pressControlC();
    await server.printed('stopping: running requests may finish');
    sending.end(REPORT.slice(20));
    const [response] = await once(sending, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    const { status, screen } = await server.ended;
    expect({ status, stopped: screen.includes('stopped') }, screen).toEqual({ status: 0, stopped: true });
    expect(postgresOf(server.dataFolder)).toEqual([]);

    const again = await start('data');
    expect(await totals(again)).toMatchObject({ uploads_total: 1, uploads_success: 1, settled: true });
  });

  test('curl sends a report in one line, as the first lines on the screen say', async () => {
    const server = await start('data');
    const { status, output, errors } = await run(
      'curl',
      [
        ...['-sSf', '-H', `Authorization: token ${server.token}`, '--data-binary', '@-'],
        `${server.url}/upload/coverage?repo=git/acme/web&commit=${SHA}&branch=main&wait=60`,
      ],
      { input: REPORT, folder: parent },
    );
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(JSON.parse(output)).toMatchObject({ repo: 'git/acme/web', commit: SHA, commit_totals: REPORT_TOTALS });
  });
});

async function post({ url, token }: Started, path: string, body: unknown, presented = token): Promise<Response> {
  return fetch(`${url}/upload/github/acme::::web/${path}`, {
    method: 'POST',
    headers: { authorization: `token ${presented}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Makes commit, report and upload; gives the address for the bytes. */
async function makeUpload(server: Started): Promise<string> {
  const answer = await post(server, 'upload-coverage', { commitid: SHA, branch: 'main', ci_service: 'custom' });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { readonly raw_upload_location: string }).raw_upload_location;
}

async function put(address: string, body: string): Promise<void> {
  expect((await fetch(address, { method: 'PUT', body })).status).toBe(200);
}

async function totals(server: Started): Promise<unknown> {
  return (await post(server, `commits/${SHA}/upload-complete?wait=60`, {})).json();
}
