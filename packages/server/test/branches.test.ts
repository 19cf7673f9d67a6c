import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveBranch } from '../src/database/queries/branches.ts';
import { saveCommit } from '../src/database/queries/commits.ts';
import { openStream } from './support/event-stream.ts';
import { LCOV, newSha, send, startTestServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

function upload(sha: string, branch: string) {
  const url = `${server.url}/upload/coverage?commit=${sha}&branch=${encodeURIComponent(branch)}`;
  return send(url, { token: server.world.R, body: LCOV });
}

/** Makes a commit known and gives what its branch needs of it. */
function commit(sha: string) {
  const facts = { sha, branch: null };
  return saveCommit(server.app.database.kysely, server.world.web.id, facts, { branch: false, parentAndPull: false });
}

describe('branch.moved', () => {
  test('tells, over the stream of the repository, from which commit to which a branch moved', async () => {
    const [first, second, late] = [newSha(), newSha(), newSha()];
    await commit(late);
    const stream = await openStream(`${server.url}/api/ui/events?topics=repo:gh/acme/web`);
    await upload(first, 'told');
    await upload(first, 'told');
    await upload(second, 'told');
    // Known before the others, so its late upload moves nothing.
    await upload(late, 'told');
    await upload(newSha(), 'end');
    const told = await stream.until(({ event, data }) => event === 'branch.moved' && data['branch'] === 'end');
    stream.close();
    const moves = told.filter(({ event, data }) => event === 'branch.moved' && data['branch'] === 'told');
    expect(moves.map(({ data }) => data)).toEqual([
      expect.objectContaining({ branch: 'told', from: null, to: first, repo: 'gh/acme/web', commit: first }),
      expect.objectContaining({ branch: 'told', from: first, to: second, repo: 'gh/acme/web', commit: second }),
    ]);
  });

  test('tells each of many moves at once, so that they make one chain', async () => {
    const { kysely } = server.app.database;
    const commits = [];
    for (let count = 0; count < 12; count++) commits.push(await commit(newSha()));
    const moves = await Promise.all(commits.map((each) => moveBranch(kysely, 'race', each)));
    const told = moves.filter((move) => move !== null);
    const [{ head_sha: head }] = await kysely
      .selectFrom('branches')
      .select('head_sha')
      .where('repository_id', '=', server.world.web.id)
      .where('name', '=', 'race')
      .execute();
    expect(head).toBe(commits.at(-1)!.sha);
    // Followed back from the head, every move that was told is one step.
    const before = new Map(told.map(({ from, to }) => [to, from]));
    const steps: string[] = [];
    for (let at: string | null | undefined = head; at != null; at = before.get(at)) steps.push(at);
    expect(steps).toHaveLength(told.length);
  });
});
