import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, type Project } from './support/project.ts';
import { plainEnvironment, run } from './support/run.ts';

/*
 * A CI machine that has Node and nothing of ours: it takes the uploader from the server, checks its digest, and runs it (decision 17 of the
 * first release).
 */

let instance: Instance;
let project: Project;

beforeAll(async () => {
  instance = await startInstance();
  project = makeProject();
});
afterAll(async () => {
  project.remove();
  await instance.remove();
});

test('the uploader that the server gives out is small, is what its digest says, and tells the server all that it needs', async () => {
  const file = await fetch(`${instance.url}/cli/thatch.mjs`);
  const code = new Uint8Array(await file.arrayBuffer());
  expect(code.length).toBeLessThanOrEqual(300_000);
  const digest = await (await fetch(`${instance.url}/cli/thatch.mjs.sha256`)).text();
  expect(digest).toBe(`${createHash('sha256').update(code).digest('hex')}  thatch.mjs\n`);

  const path = join(instance.dataFolder, '..', 'thatch.mjs');
  writeFileSync(path, code);
  const token = await instance.thatch('token', 'create', '--global');
  const options = ['--url', instance.url, '--repo', 'git/acme/web', '--branch', 'main', '--wait', '--json'];
  const ended = await run(process.execPath, [path, 'upload', ...options], {
    folder: project.folder,
    environment: plainEnvironment({ THATCH_TOKEN: token }),
  });
  expect(ended.status, ended.text).toBe(0);

  const [commit] = await instance.query('select * from commits where sha = $1', [project.sha]);
  expect(commit).toMatchObject({
    state: 'complete',
    branch: 'main',
    parent_sha: project.parent,
    message: expect.stringContaining('Choose'),
    files_key: expect.any(String),
    tree_sha: expect.stringMatching(/^[0-9a-f]{40}$/),
    lines: 6,
    hits: 3,
  });
  const graph = await instance.query('select sha, parents from commit_graph order by parents');
  expect(graph).toEqual([
    { sha: project.parent, parents: [] },
    { sha: project.sha, parents: [project.parent] },
  ]);
  // The two covered files, and no other of the project.
  expect(await instance.query('select size from sources')).toHaveLength(2);
});
