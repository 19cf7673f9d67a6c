import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, UploadKind } from '../tables.ts';

/** The report row of a commit: one for each kind. */
export interface ReportRow {
  readonly id: number;
  readonly externalId: string;
  readonly createdAt: Date;
}

/** Finds the report of a commit, or makes it. */
export async function saveReport(database: Kysely<Database>, commitId: number, kind: UploadKind): Promise<ReportRow> {
  const known = await findReport(database, commitId, kind);
  if (known !== null) return known;
  await database
    .insertInto('reports')
    .values({ commit_id: commitId, kind, external_id: randomUUID() })
    .onConflict((conflict) => conflict.columns(['commit_id', 'kind']).doNothing())
    .execute();
  return (await findReport(database, commitId, kind))!;
}

/** The report of a commit, or null. */
export async function findReport(
  database: Kysely<Database>,
  commitId: number,
  kind: UploadKind,
): Promise<ReportRow | null> {
  const row = await database
    .selectFrom('reports')
    .select(['id', 'external_id', 'created_at'])
    .where('commit_id', '=', commitId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, externalId: row.external_id, createdAt: row.created_at };
}

/** Whether a commit of a repository ever had a report. */
export async function isAnyReportOf(database: Kysely<Database>, repositoryId: number): Promise<boolean> {
  const row = await database
    .selectFrom('commits')
    .select('id')
    .where('repository_id', '=', repositoryId)
    .where('report_key', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
