import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithCodecovCli } from './support/codecov-cli.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { makeProject, type Project } from './support/project.ts';
import { settledCommit } from './support/server-state.ts';

/*
 * upload-protocol §9 row 53. codecov-cli asks again after 0.5 and 1.5 s and then gives the job up (§6.1): no restart may be longer.
 */

const UPLOADS = 200;
/** As jobs of a matrix that end together. */
const AT_ONCE = 4;
/** The server goes after so many further uploads: a client then meets one restart at most. */
const UPLOADS_BETWEEN_RESTARTS = 18;

describeWithCodecovCli('row 53: restarts under the uploads of codecov-cli', (codecovCli) => {
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

  test('no job fails, and every upload is in the report once, while the server is told to end and killed in turn', async () => {
    const token = await instance.thatch('token', 'create', '--repo', 'gh/acme/web');
    const failures: string[] = [];
    let restarts = Promise.resolve();
    let restarted = 0;
    let sent = 0;
    let patient = 0;

    async function upload(index: number): Promise<void> {
      // Each covers another line.
      project.write(`reports/${index}.info`, `SF:src/add.ts\nDA:${index + 1},${index + 1}\nend_of_record\n`);
      const words = ['upload-coverage', '-Z', '-t', token, '-r', 'acme/web', '--git-service', 'github', '-B', 'main'];
      const report = ['-C', project.sha, '--plugin', 'noop', '--disable-search', '-f', `reports/${index}.info`];
      const ended = await codecovCli([...words, ...report, '-n', `job ${index}`], {
        folder: project.folder,
        url: instance.url,
      });
      if (ended.status !== 0) failures.push(ended.text);
      if (ended.text.includes('Retrying')) patient++;
      sent++;
      if (sent % UPLOADS_BETWEEN_RESTARTS === 0) restarts = restarts.then(restart);
    }

    async function restart(): Promise<void> {
      const before = instance.server();
      before.child.kill(restarted % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      await before.ended;
      await instance.start().ready;
      restarted++;
    }

    const waiting = Array.from({ length: UPLOADS }, (_, index) => index);
    async function work(): Promise<void> {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) await upload(index);
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await restarts;

    expect(failures).toEqual([]);
    // Otherwise no request met a restart, and nothing was tested.
    expect(patient).toBeGreaterThan(0);
    expect(restarted).toBe(Math.floor(UPLOADS / UPLOADS_BETWEEN_RESTARTS));
    const state = await settledCommit(instance, token, 'acme/web', project.sha);
    expect(state).toMatchObject({ sessions: UPLOADS, totals: { files: 1, lines: UPLOADS, hits: UPLOADS } });
    const merged = state!.uploads.filter((upload) => upload.state === 'merged').map(({ name }) => name);
    expect(merged.sort()).toEqual(Array.from({ length: UPLOADS }, (_, index) => `job ${index}`).sort());
  }, 240_000);
});
