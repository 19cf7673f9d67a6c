import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/cluster.ts';
import { makeRepository } from '../../../test/support/upload-world.ts';
import { findFirstParent, findParents } from './commit-lists.ts';

let database: TestDatabase;
let repositories = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const shaOf = (index: number) => index.toString(16).padStart(40, '0');

interface Link {
  readonly sha: number;
  readonly parent: number | null;
  readonly isCovered?: boolean;
}

/** A repository of these commits; gives its id and the ids of its commits by number. */
async function makeHistory(links: readonly Link[]) {
  const { kysely } = database.connection;
  const { id } = await makeRepository(kysely, 'acme', `history-${repositories++}`);
  const rows = links.map(({ sha, parent, isCovered = false }) => ({
    repository_id: id,
    sha: shaOf(sha),
    parent_sha: parent === null ? null : shaOf(parent),
    report_key: isCovered ? `v4/reports/${sha}` : null,
  }));
  const made = await kysely.insertInto('commits').values(rows).returning(['id', 'sha']).execute();
  const commitOf = (index: number) => made.find(({ sha }) => sha === shaOf(index))!;
  const parentOf = async (index: number) => {
    const commit = commitOf(index);
    return (await findParents(kysely, id, [commit])).get(commit.id) ?? null;
  };
  return { repositoryId: id, made, commitOf, parentOf };
}

describe('the nearest ancestor with coverage', () => {
  test('22: ancestors without coverage are passed over', async () => {
    const { parentOf } = await makeHistory([
      { sha: 1, parent: null, isCovered: true },
      { sha: 2, parent: 1 },
      { sha: 3, parent: 2 },
      { sha: 4, parent: 3, isCovered: true },
      { sha: 5, parent: 4 },
    ]);
    expect(await parentOf(4)).toBe(shaOf(1));
    expect(await parentOf(5)).toBe(shaOf(4));
    expect(await parentOf(1)).toBeNull();
  });

  test('22: without any it is the parent as stored, also one that is not known', async () => {
    const { parentOf } = await makeHistory([
      { sha: 2, parent: 1 },
      { sha: 3, parent: 2, isCovered: true },
    ]);
    expect(await parentOf(3)).toBe(shaOf(2));
    expect(await parentOf(2)).toBe(shaOf(1));
  });

  test('22: the graph leads on where no commit of ours is', async () => {
    const { kysely } = database.connection;
    const { repositoryId, parentOf } = await makeHistory([
      { sha: 1, parent: null, isCovered: true },
      { sha: 9, parent: null },
    ]);
    const graph = [
      { sha: 9, parents: [8, 7] },
      { sha: 8, parents: [1] },
    ];
    const rows = graph.map(({ sha, parents }) => ({
      repository_id: repositoryId,
      sha: shaOf(sha),
      parents: parents.map(shaOf),
    }));
    await kysely.insertInto('commit_graph').values(rows).execute();
    expect(await parentOf(9)).toBe(shaOf(1));
    expect(await findFirstParent(kysely, repositoryId, shaOf(8))).toBe(shaOf(1));
    expect(await findFirstParent(kysely, repositoryId, shaOf(7))).toBeNull();
  });

  test('a circle of parents ends', async () => {
    const { parentOf } = await makeHistory([
      { sha: 1, parent: 3 },
      { sha: 2, parent: 1 },
      { sha: 3, parent: 2 },
      { sha: 4, parent: 4, isCovered: true },
    ]);
    expect(await parentOf(3)).toBe(shaOf(2));
    expect(await parentOf(4)).toBe(shaOf(4));
  });

  test('a list of many commits on a long line is answered with one walk', async () => {
    const links = Array.from({ length: 3000 }, (_, index) => ({
      sha: index,
      parent: index === 0 ? null : index - 1,
      isCovered: index === 1500,
    }));
    const { repositoryId, made, commitOf } = await makeHistory(links);
    const page = made.slice(-500);
    const parents = await findParents(database.connection.kysely, repositoryId, page);
    expect(parents.size).toBe(500);
    expect(parents.get(commitOf(2999).id)).toBe(shaOf(1500));
    // The walk ends before it reaches what lies beyond the bound.
    const far = await findParents(database.connection.kysely, repositoryId, [commitOf(1400)]);
    expect(far.get(commitOf(1400).id)).toBe(shaOf(1399));
  });
});
