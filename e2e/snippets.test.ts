import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { snippetText, waysOf } from '../packages/web/src/parts/ci-snippets/ci-list.ts';
import type { Way } from '../packages/web/src/parts/ci-snippets/snippet.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, REPORT_TOTALS, type Project } from './support/project.ts';
import { plainEnvironment, run, runWell, type Ended } from './support/run.ts';

/*
 * Row 2 of web-ui §7, the part below the button: what the pages give to be pasted into a shell is pasted into one, in clones of every kind
 * (decision 3 of the pages).
 */

const tools = inject('pythonTools');
const WAYS = (['thatch', 'curl', 'codecov-cli'] as const).filter(
  (way) => way !== 'codecov-cli' || tools.kind === 'ready',
);

let instance: Instance;
let project: Project;
/** Programs that a machine with codecov-cli has. */
let programs: string;
beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'thatch-programs-'));
  if (tools.kind === 'ready') {
    const file = join(programs, 'codecovcli');
    writeFileSync(file, `#!/bin/sh\nexec ${tools.codecovCli.map((word) => `'${word}'`).join(' ')} "$@"\n`);
    chmodSync(file, 0o755);
  }
  instance = await startInstance();
});
afterEach(() => project.remove());
afterAll(async () => {
  rmSync(programs, { recursive: true });
  await instance.remove();
});

interface Pasting {
  readonly way: Way;
  readonly token: string;
  readonly repository?: string | null;
  readonly report?: string;
}

/** Puts the text of the page into a shell in the project's folder. */
function paste(
  { way, token, repository = null, report = 'coverage/lcov.info' }: Pasting,
  shell = 'sh',
): Promise<Ended> {
  const text = snippetText('other-ci', way, {
    address: instance.url,
    token,
    repository,
    test: { command: '', report },
  });
  // The project's own Node: that of the machine may be any.
  const path = [programs, dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  return run(shell, [], { folder: project.folder, input: text, environment: plainEnvironment({ PATH: path }) });
}

/** Where the last commit of the project was counted. */
async function counted(): Promise<unknown> {
  const statement = `select o.service, o.name as owner, r.name, c.branch, c.state, c.files, c.lines, c.hits, c.partials, c.misses
    from commits c join repositories r on r.id = c.repository_id join owners o on o.id = r.owner_id
    where c.sha = $1 and c.report_key is not null`;
  for (;;) {
    const [row] = await instance.query(statement, [project.sha]);
    if (row !== undefined) return row;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(WAYS)('the shell snippet with %s', (way) => {
  test('sends the report of a clone, named by its origin', async () => {
    project = makeProject();
    await runWell('git', ['remote', 'add', 'origin', 'git@github.com:acme/web.git'], { folder: project.folder });
    const ended = await paste({ way, token: await instance.thatch('token', 'create', '--global') });
    expect(ended.status, ended.text).toBe(0);
    expect(await counted()).toMatchObject({
      service: 'github',
      owner: 'acme',
      name: 'web',
      branch: 'main',
      ...REPORT_TOTALS,
    });
  });

  test('sends that of a folder without origin as its own', async () => {
    project = makeProject();
    const ended = await paste({ way, token: await instance.thatch('token', 'create', '--global') });
    if (way === 'codecov-cli') {
      expect(ended).toMatchObject({ status: 2, errors: expect.stringContaining('codecov-cli has no word') });
      return;
    }
    expect(ended.status, ended.text).toBe(0);
    expect(await counted()).toMatchObject({ service: 'git', owner: 'local', branch: 'main', ...REPORT_TOTALS });
  });

  test.each(
    ['gh/acme/known', 'git/acme/known', 'gt/acme/known'].filter((repository) =>
      waysOf('other-ci', repository).includes(way),
    ),
  )('sends it to the repository %s of the page', async (repository) => {
    project = makeProject();
    const token = await instance.thatch('token', 'create', '--repo', repository);
    const ended = await paste({ way, token, repository });
    expect(ended.status, ended.text).toBe(0);
    expect(await counted()).toMatchObject({ owner: 'acme', name: 'known', ...REPORT_TOTALS });
  });

  test('says that there is no such report, sends nothing, and leaves the shell open', async () => {
    project = makeProject();
    rmSync(`${project.folder}/coverage`, { recursive: true });
    const token = await instance.thatch('token', 'create', '--global');
    const ended = await paste({ way, token }, 'bash');
    expect(ended).toMatchObject({
      status: 2,
      output: '',
      errors: expect.stringContaining('no report coverage/lcov.info'),
    });
  });

  test('ends with the sentence of the server when that refuses', async () => {
    project = makeProject();
    const ended = await paste({ way, token: '00000000-1111-4222-8333-444444444444', repository: 'gh/acme/web' });
    expect(ended.status, ended.text).not.toBe(0);
    expect(ended.text).toContain('Not valid tokenless upload');
  });
});
