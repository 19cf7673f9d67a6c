import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../../test/support/cluster.ts';
import { createTestDatabase } from '../../test/support/cluster.ts';
import { connectDatabase } from './connection.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('a cloned database has the whole schema', async () => {
  expect(await database.connection.kysely.selectFrom('uploads').selectAll().execute()).toEqual([]);
});

test('an address as in services.database_url reaches the same database, by a socket in its query', async () => {
  const connection = connectDatabase({ address: { kind: 'url', url: database.url } });
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(connection.kysely);
  await connection.close();
  expect(rows).toEqual([{ name: database.name }]);
});

test('bigints are numbers, and one beyond the safe integers is an error', async () => {
  const { pool } = database.connection;
  expect((await pool.query('select 9007199254740991::bigint as value')).rows).toEqual([{ value: 9007199254740991 }]);
  await expect(pool.query('select 9007199254740993::bigint as value')).rejects.toThrow(RangeError);
});

test('a statement that runs too long is cancelled', async () => {
  const connection = connectDatabase({ address: database.address, statementTimeoutMs: 20 });
  await expect(connection.pool.query('select pg_sleep(60)')).rejects.toThrow(/statement timeout/);
  await connection.close();
});

test('a ping is answered by a database and not by its absence', async () => {
  expect(await database.connection.ping()).toBe(true);
  const nowhere = connectDatabase({
    address: { kind: 'socket', folder: '/nonexistent', port: 1, user: 'x', database: 'x' },
  });
  expect(await nowhere.ping()).toBe(false);
  await nowhere.close();
});

test('a connection that the server ends is told and replaced', async () => {
  const lost: Error[] = [];
  const connection = connectDatabase({
    address: database.address,
    poolMax: 1,
    onConnectionLost: (error) => lost.push(error),
  });
  const { rows } = await connection.pool.query('select pg_backend_pid() as pid');
  await database.connection.pool.query('select pg_terminate_backend($1, 10000)', [(rows[0] as { pid: number }).pid]);
  expect(await connection.ping()).toBe(true);
  expect(lost).toHaveLength(1);
  await connection.close();
});
