import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What the pages need: sessions of people who signed in. */
export const interfaceTables: Migration = {
  name: '0002_interface',
  up: async (database) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};

const STATEMENTS = [
  `create table sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    -- Keyed hash of the cookie: who reads the table cannot sign in with it.
    hash bytea not null unique,
    agent text,
    address text,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null
  )`,
  `create index sessions_user on sessions (user_id)`,
  // A source that is too large to be kept is known by its size; it is not asked for again.
  `alter table sources alter column object_key drop not null`,
  // The list of commits as pages show it: by when they were committed.
  `create index commits_committed on commits (repository_id, (coalesce(committed_at, created_at)) desc, id desc)`,
  // Addresses that name a tag, and the history of a branch.
  `create index commits_tag on commits (repository_id, tag) where tag is not null`,
  `create index commits_branch_time on commits (repository_id, branch, (coalesce(committed_at, created_at)) desc, id desc)`,
  // The newest report of a branch with its totals, at or before any moment: lists of repositories look up thousands.
  `create index commits_reports on commits (repository_id, branch, (coalesce(committed_at, created_at)) desc, id desc)
    include (files, lines, hits, partials, misses, state) where report_key is not null and sessions > 0`,
  // Uploads that were given up for a reason of ours: the page of jobs lists them, and there are few.
  `create index uploads_given_up on uploads (processed_at desc)
    where state = 'error' and error_code in ('unknown_processing', 'file_not_in_storage', 'unknown_storage')`,
];
