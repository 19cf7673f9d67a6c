import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Database } from '../../src/database/tables.ts';
import type { TestServer } from './server.ts';

/** What requests left behind: the rows of each table and the keys of objects. */
export type Traces = Readonly<Record<string, readonly unknown[]>>;

/** What workers write into rows whenever they come to it; it says nothing of requests. */
const BY_WORKERS = {
  totals: [
    'files',
    'lines',
    'hits',
    'misses',
    'partials',
    'branches',
    'methods',
    'complexity',
    'complexity_total',
    'state',
    'updated_at',
  ],
  commits: ['wanted_generation', 'merged_generation', 'report_key', 'report_digest', 'sessions'],
  uploads: [
    ...['env', 'notices', 'content_sha256', 'part_key', 'part_size', 'formats', 'files_in', 'error_code'],
    ...['superseded_by', 'attempts', 'queued_ms', 'parse_ms', 'merge_ms', 'processed_at', 'merged_at'],
  ],
} as const;

/** Tables that requests write to, and the columns of theirs that do not count. */
const TABLES: readonly (readonly [table: keyof Database, without: readonly string[]])[] = [
  ['owners', []],
  ['repositories', []],
  ['commits', [...BY_WORKERS.totals, ...BY_WORKERS.commits]],
  ['commit_graph', []],
  ['branches', []],
  ['pulls', []],
  ['flags', []],
  ['sources', []],
  ['reports', []],
  ['uploads', [...BY_WORKERS.totals, ...BY_WORKERS.uploads]],
];

/** Kinds of objects that requests store; parts and reports are the workers'. */
const OBJECTS = ['v4/raw/', 'v4/meta/', 'v4/sources/'];

/** Everything that requests left in the database and among the objects until now. */
export async function tracesIn({ app }: TestServer): Promise<Traces> {
  const traces: Record<string, readonly unknown[]> = {};
  for (const [table, without] of TABLES) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(given) - ${[...without]}::text[] as row from ${sql.table(table)} as given order by 1
    `.execute(app.database.kysely);
    traces[table] = rows.map(({ row }) => row);
  }
  for (const prefix of OBJECTS) {
    const keys: string[] = [];
    for await (const { key } of app.objects.list(prefix)) keys.push(key);
    traces[prefix] = keys.toSorted();
  }
  return traces;
}

/**
 * Does something and fails when it made, changed or removed any row or object of {@link tracesIn}.
 *
 * ```ts
 * const answer = await leavingNothing(server, () => send(address, { token: server.world.X, json }));
 * expect(answer.status).toBe(401);
 * ```
 */
export async function leavingNothing<Result>(server: TestServer, act: () => Promise<Result>): Promise<Result> {
  const before = await tracesIn(server);
  const result = await act();
  expect(await tracesIn(server), 'what the request left').toEqual(before);
  return result;
}
