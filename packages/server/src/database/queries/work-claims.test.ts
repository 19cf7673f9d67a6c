import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/cluster.ts';
import { makeRepository } from '../../../test/support/upload-world.ts';
import { claimUnmerged, claimUnparsed } from './work-claims.ts';

let database: TestDatabase;
let uploads: number[];
let commits: number[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { kysely } = database.connection;
  const repository = await makeRepository(kysely, 'acme', 'web');
  const rows = await kysely
    .insertInto('commits')
    .values(
      [1, 1, 0].map((wanted_generation, index) => ({
        repository_id: repository.id,
        sha: `${index}`.repeat(40),
        wanted_generation,
      })),
    )
    .returning('id')
    .execute();
  commits = rows.map(({ id }) => id);
  const stored = await kysely
    .insertInto('uploads')
    .values(
      (['stored', 'stored', 'stored', 'processed', 'started'] as const).map((state, index) => ({
        external_id: crypto.randomUUID(),
        repository_id: repository.id,
        commit_id: commits[0],
        kind: 'coverage' as const,
        via: 'own' as const,
        state,
        raw_key: state === 'started' ? null : `raw/${index}`,
        stored_at: new Date(1_000_000_000_000 - index * 1000),
      })),
    )
    .returning('id')
    .execute();
  uploads = stored.map(({ id }) => id);
});
afterAll(() => database.drop());

test('takes stored uploads only, those that wait longest first, and leaves out those that it shall', async () => {
  await database.connection.kysely.transaction().execute(async (transaction) => {
    expect(await claimUnparsed(transaction, { most: 10, except: [] })).toEqual([uploads[2], uploads[1], uploads[0]]);
  });
  await database.connection.kysely.transaction().execute(async (transaction) => {
    expect(await claimUnparsed(transaction, { most: 1, except: [uploads[2]] })).toEqual([uploads[1]]);
  });
});

test('two processes take different uploads, and what one took is free when it has ended', async () => {
  const { kysely } = database.connection;
  await kysely.transaction().execute(async (one) => {
    expect(await claimUnparsed(one, { most: 2, except: [] })).toEqual([uploads[2], uploads[1]]);
    await kysely.transaction().execute(async (other) => {
      expect(await claimUnparsed(other, { most: 2, except: [] })).toEqual([uploads[0]]);
    });
  });
  await kysely.transaction().execute(async (transaction) => {
    expect(await claimUnparsed(transaction, { most: 10, except: [] })).toHaveLength(3);
  });
});

test('takes commits whose report is older than their parts, and an upload of the same number stays free', async () => {
  const { kysely } = database.connection;
  await kysely.transaction().execute(async (one) => {
    expect(await claimUnmerged(one, { most: 10, except: [] })).toEqual([commits[0], commits[1]]);
    await kysely.transaction().execute(async (other) => {
      expect(await claimUnmerged(other, { most: 10, except: [] })).toEqual([]);
      expect(await claimUnparsed(other, { most: 10, except: [] })).toHaveLength(3);
    });
  });
});
