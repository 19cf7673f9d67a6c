import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Installation } from '../admin.ts';
import { MIGRATIONS } from '../database/migrations/index.ts';
import type { Database } from '../database/tables.ts';
import { broken, doubtful, fine, type Finding } from './finding.ts';

/** Older releases lack what the schema uses (design: Postgres ≥ 15). */
const OLDEST_POSTGRES = 15;
const WARN_SKEW_MS = 2000;
const WORST_SKEW_MS = 60_000;

/** Postgres: version, schema, and how far its clock is from ours. */
export async function checkDatabase({ database }: Installation): Promise<Finding[]> {
  const { count } = await sql<{ count: number }>`select count(*)::int as count from thatch_migrations`
    .execute(database)
    .then(({ rows }) => rows[0]);
  const [server, clock] = await checkServer(database);
  if (server.state !== 'ok') return [server, clock];
  const seen = `${server.seen}, schema ${count} of ${MIGRATIONS.length}`;
  if (count <= MIGRATIONS.length) return [fine('Postgres', seen), clock];
  return [broken('Postgres', seen, 'The schema is of a newer Thatch: use that version.'), clock];
}

/** A database server, whatever is in it: its version, and how far its clock is from ours (deployment §10: 2 s warns, 60 s is too much). */
export async function checkServer(database: Kysely<Database>): Promise<[server: Finding, clock: Finding]> {
  const before = Date.now();
  const { rows } = await sql<{ version: string; now: Date }>`
    select current_setting('server_version') as version, clock_timestamp() as now
  `.execute(database);
  const after = Date.now();
  const { version, now } = rows[0];
  return [checkVersion(version), checkClock(Math.round(now.getTime() - (before + after) / 2))];
}

function checkVersion(version: string): Finding {
  const seen = `Postgres ${version}`;
  if (Number.parseInt(version, 10) >= OLDEST_POSTGRES) return fine('Postgres', seen);
  return broken('Postgres', seen, `Upgrade it to ${OLDEST_POSTGRES} or newer.`);
}

function checkClock(skew: number): Finding {
  const seen = `database and this machine differ by ${Math.abs(skew)} ms`;
  const fix = 'Let both machines set their clocks by NTP: signed addresses and expiry depend on them.';
  if (Math.abs(skew) > WORST_SKEW_MS) return broken('clock', seen, fix);
  return Math.abs(skew) > WARN_SKEW_MS ? doubtful('clock', seen, fix) : fine('clock', seen);
}

/** Objects: stores one, reads it again, deletes it. */
export async function checkObjects({ objects }: Installation): Promise<Finding> {
  const key = `v4/doctor/${randomUUID()}`;
  const bytes = Buffer.from(`thatch doctor ${new Date().toISOString()}`);
  const put = await objects.put(key, bytes);
  if (put.kind !== 'stored')
    return broken('objects', `a test object was not stored (${put.kind})`, 'See the checks of folder and disk.');
  const read = await objects.read(key);
  await objects.delete(key);
  if (read === null || Buffer.compare(read, bytes) !== 0) {
    return broken(
      'objects',
      'a test object came back changed',
      'The disk or its file system is faulty: restore from a backup on another.',
    );
  }
  return (await objects.stat(key)) === null
    ? fine('objects', 'put, get and delete work')
    : doubtful('objects', 'a test object could not be deleted', 'Look at the rights below objects in the data folder.');
}
