import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * The tables of the first release. Text states are checked here, so that a row can never hold a state that no code knows.
 * Objects (raw bytes, parts, reports, sources) are only named here, by key and digest.
 */
export const initial: Migration = {
  name: '0001_initial',
  up: async (database) => {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(database);
  },
};

const ACCOUNTS = `
  create table users (
    id bigint generated always as identity primary key,
    name text not null,
    password_hash text,
    is_admin boolean not null default false,
    created_at timestamptz not null default now()
  );
  create unique index users_name on users (lower(name));

  create table owners (
    id bigint generated always as identity primary key,
    service text not null,
    -- The forge's own id, once known: ids go before names, which can be given up and taken by others (providers §2, §7).
    service_id text,
    name text not null,
    display_name text,
    -- "Token required for public repositories", upload-protocol §2.2 rule 1: off is the default of the compatible system.
    token_required boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  -- Hosted forges ignore case, a plain git remote does not.
  create unique index owners_name on owners (service, (case when service = 'git' then name else lower(name) end));
  create unique index owners_service_id on owners (service, service_id) where service_id is not null;

  create table repositories (
    id bigint generated always as identity primary key,
    owner_id bigint not null references owners on delete cascade,
    service_id text,
    name text not null,
    is_private boolean not null default true,
    -- Null: worked out from the branches that were uploaded.
    default_branch text,
    uploader_default_branch text,
    language text,
    -- Has received an upload; deactivated_at is set when a person switched it off.
    is_active boolean not null default false,
    deactivated_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (owner_id, name)
  );
  create index repositories_name on repositories (owner_id, lower(name));
  create index repositories_service_id on repositories (service_id) where service_id is not null;

  create table grants (
    id bigint generated always as identity primary key,
    user_id bigint not null references users on delete cascade,
    owner_id bigint references owners on delete cascade,
    repository_id bigint references repositories on delete cascade,
    role text not null check (role in ('reader', 'member', 'admin')),
    created_at timestamptz not null default now(),
    check ((owner_id is null) <> (repository_id is null))
  );
  create unique index grants_owner on grants (user_id, owner_id) where owner_id is not null;
  create unique index grants_repository on grants (user_id, repository_id) where repository_id is not null;

  create table tokens (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('global', 'owner', 'repository', 'api')),
    -- Keyed hash of the normalised token; the token itself is nowhere in the database.
    hash bytea not null unique,
    -- Of a repository's own token only: sealed with the installation's key, for pages that show it to its members.
    sealed bytea,
    prefix text not null,
    name text,
    -- Of a global token: the provider it counts for; null = whichever holds the slug.
    service text,
    owner_id bigint references owners on delete cascade,
    repository_id bigint references repositories on delete cascade,
    user_id bigint references users on delete cascade,
    scopes text[] not null default '{}',
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
  );
  create index tokens_repository on tokens (repository_id) where repository_id is not null;
`;

const COMMITS = `
  create table commits (
    id bigint generated always as identity primary key,
    repository_id bigint not null references repositories on delete cascade,
    sha text not null,
    branch text,
    tag text,
    pull integer,
    parent_sha text,
    message text,
    author_name text,
    author_email text,
    authored_at timestamptz,
    committer_name text,
    committer_email text,
    committed_at timestamptz,
    tree_sha text,
    state text not null default 'pending' check (state in ('pending', 'complete', 'error', 'skipped')),
    -- Raised by everything that changes which parts count; a merge writes only over an older generation.
    wanted_generation integer not null default 0,
    merged_generation integer not null default 0,
    report_key text,
    report_digest bytea,
    files integer, lines integer, hits integer, misses integer, partials integer,
    branches integer, methods integer, complexity bigint, complexity_total bigint, sessions integer,
    -- What the uploader said where no forge can be asked (upload-protocol §8.3).
    base_sha text,
    base_how text,
    diff_key text,
    diff_base text,
    files_key text,
    config_path text,
    config_text text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (repository_id, sha)
  );
  create index commits_branch on commits (repository_id, branch, id desc);
  -- The list of commits, newest first.
  create index commits_time on commits (repository_id, (coalesce(authored_at, committed_at, created_at)) desc, id desc);
  create index commits_unmerged on commits (id) where wanted_generation > merged_generation;

  create table commit_graph (
    repository_id bigint not null references repositories on delete cascade,
    sha text not null,
    parents text[] not null,
    committed_at timestamptz,
    primary key (repository_id, sha)
  );

  create table branches (
    repository_id bigint not null references repositories on delete cascade,
    name text not null,
    head_sha text not null,
    updated_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    primary key (repository_id, name)
  );

  create table pulls (
    repository_id bigint not null references repositories on delete cascade,
    number integer not null,
    title text,
    state text not null default 'open' check (state in ('open', 'merged', 'closed')),
    head_sha text,
    base_sha text,
    base_branch text,
    user_provided_base_sha text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (repository_id, number)
  );

  create table flags (
    repository_id bigint not null references repositories on delete cascade,
    name text not null,
    created_at timestamptz not null default now(),
    primary key (repository_id, name)
  );

  create table sources (
    repository_id bigint not null references repositories on delete cascade,
    blob_sha text not null,
    object_key text not null,
    size integer not null,
    created_at timestamptz not null default now(),
    primary key (repository_id, blob_sha)
  );
`;

const UPLOADS = `
  create table reports (
    id bigint generated always as identity primary key,
    commit_id bigint not null references commits on delete cascade,
    kind text not null check (kind in ('coverage', 'test_results', 'bundle_analysis')),
    external_id uuid not null unique,
    created_at timestamptz not null default now(),
    unique (commit_id, kind)
  );

  create table uploads (
    id bigint generated always as identity primary key,
    external_id uuid not null unique,
    repository_id bigint not null references repositories on delete cascade,
    commit_id bigint not null references commits on delete cascade,
    kind text not null check (kind in ('coverage', 'test_results', 'bundle_analysis')),
    state text not null check (state in ('started', 'stored', 'processed', 'merged', 'superseded', 'error', 'expired')),
    flags text[] not null default '{}',
    name text, job text, build text, build_url text, ci text,
    env jsonb,
    -- How it came: A/B/C/D of upload-protocol §1.3, v2, v4, or our own address.
    via text not null,
    agent text,
    package text,
    -- Accepted without a token of the repository: never supersedes a trusted upload (providers §7).
    is_unprotected boolean not null default false,
    notices jsonb not null default '[]',
    -- Reader options of our own address: format, path, root, prefix.
    options jsonb not null default '{}',
    put_until timestamptz,
    raw_key text, raw_size bigint, raw_sha256 bytea, raw_md5 bytea,
    -- Digest of the unpacked bytes: what "equal content" compares (report-model §4).
    content_sha256 bytea,
    idempotency_key text,
    idempotency_sha256 bytea,
    stored_at timestamptz,
    part_key text, part_size bigint,
    formats text[] not null default '{}',
    files integer, lines integer, hits integer, misses integer, partials integer,
    branches integer, methods integer, complexity bigint, complexity_total bigint,
    files_in integer,
    error_code text,
    superseded_by bigint references uploads,
    attempts integer not null default 0,
    queued_ms integer, parse_ms integer, merge_ms integer,
    processed_at timestamptz,
    merged_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index uploads_commit on uploads (commit_id, id);
  -- The journal's open ends: what the reconciler looks at.
  create index uploads_open on uploads (stored_at) where state = 'stored';
  create index uploads_started on uploads (put_until) where state = 'started';
  create unique index uploads_idempotency on uploads (repository_id, commit_id, idempotency_key) where idempotency_key is not null;

  create table upload_problems (
    upload_id bigint not null references uploads on delete cascade,
    position integer not null,
    code text not null,
    severity text not null check (severity in ('error', 'warning', 'notice')),
    file text, line integer, byte bigint, count integer,
    message text not null,
    hint text not null,
    primary key (upload_id, position)
  );

  create table events (
    id bigint generated always as identity primary key,
    type text not null,
    repository_id bigint,
    commit_id bigint,
    topics text[] not null,
    data jsonb not null,
    at timestamptz not null default now()
  );
  create index events_at on events (at);

  create table instance_settings (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null default now()
  );
`;

const STATEMENTS = [ACCOUNTS, COMMITS, UPLOADS];
