import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestDatabase } from '../../test/support/cluster.ts';
import { createTestDatabase } from '../../test/support/cluster.ts';
import { connectDatabase } from './connection.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

const FAST = { heartbeatMs: 20, silenceMs: 200, patienceMs: 10_000 };

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});

afterEach(() => database.drop());

function step(name: string, statement: string): Migration {
  return { name, up: async (transaction) => void (await sql.raw(statement).execute(transaction)) };
}

const FIRST = step('0001_first', 'create table a (id integer)');
const SECOND = step('0002_second', 'create table b (id integer)');

async function names(): Promise<string[]> {
  const { rows } = await database.connection.pool.query('select name from thatch_migrations order by number');
  return rows.map((row: { name: string }) => row.name);
}

async function tables(): Promise<string[]> {
  const { rows } = await database.connection.pool.query(
    "select tablename from pg_tables where schemaname = 'public' and tablename not like 'thatch_%' order by 1",
  );
  return rows.map((row: { tablename: string }) => row.tablename);
}

describe('migrations', () => {
  test('the released list is numbered without gaps', () => {
    expect(MIGRATIONS.map((migration) => Number(migration.name.slice(0, 4)))).toEqual(
      MIGRATIONS.map((_, index) => index + 1),
    );
  });

  test('run once each, in order', async () => {
    const { kysely } = database.connection;
    expect(await migrate(kysely, [FIRST])).toEqual({ kind: 'ok', value: { applied: ['0001_first'], schema: 1 } });
    expect(await migrate(kysely, [FIRST, SECOND])).toEqual({
      kind: 'ok',
      value: { applied: ['0002_second'], schema: 2 },
    });
    expect(await migrate(kysely, [FIRST, SECOND])).toEqual({ kind: 'ok', value: { applied: [], schema: 2 } });
    expect(await tables()).toEqual(['a', 'b']);
  });

  test('run once when ten processes start at the same moment', async () => {
    const connections = Array.from({ length: 10 }, () => connectDatabase({ address: database.address, poolMax: 2 }));
    const results = await Promise.all(connections.map(({ kysely }) => migrate(kysely, [FIRST, SECOND], FAST)));
    await Promise.all(connections.map((connection) => connection.close()));
    expect(results.every((result) => result.kind === 'ok' && result.value.schema === 2)).toBe(true);
    expect(results.flatMap((result) => (result.kind === 'ok' ? result.value.applied : []))).toEqual([
      '0001_first',
      '0002_second',
    ]);
  });

  test('a step that fails leaves the database as before it, says which and why, and runs when it is mended', async () => {
    const { kysely } = database.connection;
    const broken: Migration = {
      name: '0002_second',
      up: async (transaction) => {
        await sql`create table half (id integer)`.execute(transaction);
        await sql`select 1/0`.execute(transaction);
      },
    };
    const failed = await migrate(kysely, [FIRST, broken], FAST);
    expect(failed).toMatchObject({
      kind: 'refused',
      refusal: { sentence: expect.stringMatching(/0002_second.*22012/) },
    });
    expect(await tables()).toEqual(['a']);
    expect(await migrate(kysely, [FIRST, SECOND], FAST)).toMatchObject({ kind: 'ok', value: { schema: 2 } });
  });

  test('an online step runs outside of a transaction', async () => {
    const online: Migration = {
      name: '0002_index',
      online: true,
      up: async (kysely) => void (await sql`create index concurrently if not exists a_id on a (id)`.execute(kysely)),
    };
    expect(await migrate(database.connection.kysely, [FIRST, online])).toMatchObject({
      kind: 'ok',
      value: { schema: 2 },
    });
  });

  test('the lock of a migrator that died is free after its time of silence', async () => {
    const { kysely, pool } = database.connection;
    await migrate(kysely, [FIRST], FAST);
    await pool.query(
      "update thatch_migration_lock set holder = 'gone', fence = fence + 1, heartbeat_at = clock_timestamp()",
    );
    expect(await migrate(kysely, [FIRST, SECOND], FAST)).toMatchObject({ kind: 'ok', value: { schema: 2 } });
  });

  test('a migrator that was taken for dead cannot commit its step', async () => {
    const { kysely, pool } = database.connection;
    await migrate(kysely, [FIRST], FAST);
    const slow: Migration = {
      name: '0002_second',
      up: async (transaction) => {
        await sql`create table b (id integer)`.execute(transaction);
        await pool.query(
          "update thatch_migration_lock set holder = 'other', fence = fence + 1, heartbeat_at = clock_timestamp()",
        );
      },
    };
    expect(await migrate(kysely, [FIRST, slow], FAST)).toMatchObject({
      kind: 'refused',
      refusal: { sentence: expect.stringContaining('took over') },
    });
    expect(await tables()).toEqual(['a']);
    expect(await names()).toEqual(['0001_first']);
  });

  test('a lock that stays taken is named after the patience is over', async () => {
    const { kysely, pool } = database.connection;
    await migrate(kysely, [FIRST], FAST);
    await pool.query(
      "update thatch_migration_lock set holder = 'host7 pid 42', heartbeat_at = clock_timestamp() + interval '1 hour'",
    );
    expect(await migrate(kysely, [FIRST, SECOND], { ...FAST, patienceMs: 50 })).toMatchObject({
      kind: 'refused',
      refusal: { sentence: expect.stringContaining('host7 pid 42') },
    });
  });

  test('the heartbeat shows during a long step, so that nobody takes the lock', async () => {
    const { kysely, pool } = database.connection;
    await migrate(kysely, [FIRST], FAST);
    const long: Migration = {
      name: '0002_second',
      up: async (transaction) => {
        const before = await beat(pool);
        while ((await beat(pool)) === before) await sql`select pg_sleep(0.01)`.execute(transaction);
      },
    };
    expect(await migrate(kysely, [FIRST, long], FAST)).toMatchObject({ kind: 'ok', value: { schema: 2 } });
  });

  test('a schema one step newer is used, two steps newer is refused with both numbers', async () => {
    const { kysely } = database.connection;
    const third = step('0003_third', 'create table c (id integer)');
    await migrate(kysely, [FIRST, SECOND, third], FAST);
    expect(await migrate(kysely, [FIRST, SECOND], FAST)).toMatchObject({
      kind: 'ok',
      value: { applied: [], schema: 3 },
    });
    expect(await migrate(kysely, [FIRST], FAST)).toMatchObject({
      kind: 'refused',
      refusal: { sentence: 'the database has schema 3; this program knows 1 and runs on 2 at most' },
    });
  });

  test('a database of another program is refused', async () => {
    const { kysely } = database.connection;
    await migrate(kysely, [step('0001_other', 'select 1')], FAST);
    expect(await migrate(kysely, [FIRST], FAST)).toMatchObject({
      kind: 'refused',
      refusal: { sentence: expect.stringContaining('0001_other') },
    });
  });

  test('the released steps make the schema', async () => {
    const { kysely } = database.connection;
    expect(await migrate(kysely as unknown as Kysely<unknown>, MIGRATIONS)).toMatchObject({
      kind: 'ok',
      value: { schema: MIGRATIONS.length },
    });
    expect((await tables()).length).toBeGreaterThan(10);
  });
});

async function beat(pool: TestDatabase['connection']['pool']): Promise<string> {
  const { rows } = await pool.query('select heartbeat_at::text as beat from thatch_migration_lock');
  return (rows[0] as { beat: string }).beat;
}
