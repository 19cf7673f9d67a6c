import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { RepositoryName, Service, Slug } from '../../names.ts';
import type { Database, Repository } from '../tables.ts';
import { findOrCreateOwner, sameOwnerName } from './owners.ts';

/** A repository together with what its owner says about it. */
export interface OwnedRepository extends Repository {
  readonly service: Service;
  /** Groups joined by `:`. */
  readonly owner_name: string;
  readonly owner_service_id: string | null;
  /** "Token required for public repositories" of the owner. */
  readonly token_required: boolean;
}

/** What a person may set. */
export interface RepositorySettings {
  readonly isPrivate?: boolean;
  /** null = worked out from the uploads again. */
  readonly defaultBranch?: string | null;
}

/** The repository of that name, compared as its service compares names (providers §2); null when there is none. */
export async function findRepository(
  database: Kysely<Database>,
  name: RepositoryName,
): Promise<OwnedRepository | null> {
  const row = await selectOwned(database)
    .where('owners.service', '=', name.service)
    .where(sameOwnerName('owners.service', 'owners.name', name))
    .where(sameRepositoryName(name.name))
    .orderBy(sql`repositories.name = ${name.name}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : owned(row);
}

/** Repositories of that slug on whichever service, at most `most`. */
export async function findRepositoriesBySlug(
  database: Kysely<Database>,
  slug: Slug,
  most: number,
): Promise<OwnedRepository[]> {
  const rows = await selectOwned(database)
    .where((where) =>
      where.or([
        where.and([
          where('owners.service', '=', 'git'),
          where('owners.name', '=', slug.owner),
          where('repositories.name', '=', slug.name),
        ]),
        where.and([
          where('owners.service', '<>', 'git'),
          sql<boolean>`lower(owners.name) = lower(${slug.owner}::text)`,
          sql<boolean>`lower(repositories.name) = lower(${slug.name}::text)`,
        ]),
      ]),
    )
    .orderBy('repositories.id')
    .limit(most)
    .execute();
  return rows.map(owned);
}

/** One repository by our own id. */
export async function findRepositoryById(database: Kysely<Database>, id: number): Promise<OwnedRepository | null> {
  const row = await selectOwned(database).where('repositories.id', '=', id).executeTakeFirst();
  return row === undefined ? null : owned(row);
}

/** One repository by its forge's id. */
export async function findRepositoryByServiceId(
  database: Kysely<Database>,
  service: Service,
  serviceId: string,
): Promise<OwnedRepository | null> {
  const row = await selectOwned(database)
    .where('owners.service', '=', service)
    .where('repositories.service_id', '=', serviceId)
    .orderBy('repositories.id', 'desc')
    .executeTakeFirst();
  return row === undefined ? null : owned(row);
}

/**
 * The repository of that name, made (private unless said) together with its owner when missing. However many ask for the same
 * one at once, one is made: makers wait for each other at the row of the owner.
 */
export async function findOrCreateRepository(
  database: Kysely<Database>,
  name: RepositoryName,
  { isPrivate = true }: { readonly isPrivate?: boolean } = {},
): Promise<{ readonly repository: OwnedRepository; readonly isNew: boolean }> {
  const known = await findRepository(database, name);
  if (known !== null) return { repository: known, isNew: false };
  return database.transaction().execute(async (transaction) => {
    const owner = await findOrCreateOwner(transaction, name);
    await transaction.selectFrom('owners').select('id').where('id', '=', owner.id).forUpdate().execute();
    const meanwhile = await findRepository(transaction, name);
    if (meanwhile !== null) return { repository: meanwhile, isNew: false };
    const row = await transaction
      .insertInto('repositories')
      .values({ owner_id: owner.id, name: name.name, is_private: isPrivate })
      .returningAll()
      .executeTakeFirstOrThrow();
    const repository: OwnedRepository = {
      ...row,
      service: name.service,
      owner_name: owner.name,
      owner_service_id: owner.service_id,
      token_required: owner.token_required,
    };
    return { repository, isNew: true };
  });
}

/** Stores the forge's ids where none are known; known ones are never replaced. */
export async function rememberServiceIds(
  database: Kysely<Database>,
  repository: OwnedRepository,
  ids: { readonly repository: string | null; readonly owner: string | null },
): Promise<void> {
  if (repository.service_id === null && ids.repository !== null) {
    await database
      .updateTable('repositories')
      .set({ service_id: ids.repository, updated_at: sql`now()` })
      .where('id', '=', repository.id)
      .where('service_id', 'is', null)
      .execute();
  }
  if (repository.owner_service_id === null && ids.owner !== null) {
    await database
      .updateTable('owners')
      .set({ service_id: ids.owner, updated_at: sql`now()` })
      .where('id', '=', repository.owner_id)
      .where('service_id', 'is', null)
      .where((where) => where.not(where.exists(ownerWithServiceId(database, repository.service, ids.owner ?? ''))))
      .execute();
  }
}

/** Changes what is given and leaves the rest. */
export async function updateRepository(
  database: Kysely<Database>,
  id: number,
  settings: RepositorySettings,
): Promise<void> {
  await database
    .updateTable('repositories')
    .set({
      ...(settings.isPrivate === undefined ? {} : { is_private: settings.isPrivate }),
      ...(settings.defaultBranch === undefined ? {} : { default_branch: settings.defaultBranch }),
      updated_at: sql`now()`,
    })
    .where('id', '=', id)
    .execute();
}

/** Keeps the default branch that an uploader named; what a person set wins over it wherever it is read. */
export async function rememberUploaderDefaultBranch(
  database: Kysely<Database>,
  id: number,
  branch: string,
): Promise<void> {
  await database
    .updateTable('repositories')
    .set({ uploader_default_branch: branch, updated_at: sql`now()` })
    .where('id', '=', id)
    .where(sql<boolean>`uploader_default_branch is distinct from ${branch}`)
    .execute();
}

/** Keys of all objects that the rows of a repository name: raw uploads, parts, reports, sources, diffs and lists of files. */
export async function listObjectKeys(database: Kysely<Database>, id: number): Promise<string[]> {
  const { rows } = await sql<{ key: string | null }>`
    select unnest(array[raw_key, part_key]) as key from uploads where repository_id = ${id}
    union
    select unnest(array[report_key, diff_key, files_key]) from commits where repository_id = ${id}
    union
    select object_key from sources where repository_id = ${id}
  `.execute(database);
  return rows.flatMap(({ key }) => key ?? []);
}

/** Removes the rows of a repository: commits, uploads, reports, tokens and grants go with it. Objects are the caller's. */
export async function deleteRepository(database: Kysely<Database>, id: number): Promise<void> {
  await database.deleteFrom('repositories').where('id', '=', id).execute();
}

function selectOwned(database: Kysely<Database>) {
  return database
    .selectFrom('repositories')
    .innerJoin('owners', 'owners.id', 'repositories.owner_id')
    .selectAll('repositories')
    .select([
      'owners.service as service',
      'owners.name as owner_name',
      'owners.service_id as owner_service_id',
      'owners.token_required as token_required',
    ]);
}

// The column is checked when a row is written: only names.ts makes services.
function owned(row: Omit<OwnedRepository, 'service'> & { readonly service: string }): OwnedRepository {
  return { ...row, service: row.service as Service };
}

function sameRepositoryName(name: string) {
  return sql<boolean>`(
    lower(repositories.name) = lower(${name}::text) and (repositories.name = ${name}::text or owners.service <> 'git')
  )`;
}

function ownerWithServiceId(database: Kysely<Database>, service: Service, serviceId: string) {
  return database
    .selectFrom('owners as other')
    .select('other.id')
    .where('other.service', '=', service)
    .where('other.service_id', '=', serviceId);
}
