import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';

/*
 * The tables as kysely sees them; `migrations/` is the source. bigint columns are numbers here: the connection reads them so, ids
 * stay far below 2^53.
 */
type Id = Generated<number>;
type Defaulted<Value> = Generated<Value>;
type Time = ColumnType<Date, Date | string, Date | string>;
type MadeAt = ColumnType<Date, Date | string | undefined, Date | string>;

export interface Database {
  users: UsersTable;
  sessions: SessionsTable;
  owners: OwnersTable;
  repositories: RepositoriesTable;
  grants: GrantsTable;
  tokens: TokensTable;
  commits: CommitsTable;
  commit_graph: CommitGraphTable;
  branches: BranchesTable;
  pulls: PullsTable;
  flags: FlagsTable;
  sources: SourcesTable;
  reports: ReportsTable;
  uploads: UploadsTable;
  upload_problems: UploadProblemsTable;
  events: EventsTable;
  instance_settings: InstanceSettingsTable;
}

export interface UsersTable {
  id: Id;
  name: string;
  password_hash: string | null;
  is_admin: Defaulted<boolean>;
  created_at: MadeAt;
}

export interface SessionsTable {
  id: Id;
  user_id: number;
  hash: Uint8Array;
  agent: string | null;
  address: string | null;
  created_at: MadeAt;
  last_seen_at: MadeAt;
  expires_at: Time;
}

export interface OwnersTable {
  id: Id;
  service: string;
  service_id: string | null;
  name: string;
  display_name: string | null;
  token_required: Defaulted<boolean>;
  created_at: MadeAt;
  updated_at: MadeAt;
}

export interface RepositoriesTable {
  id: Id;
  owner_id: number;
  service_id: string | null;
  name: string;
  is_private: Defaulted<boolean>;
  default_branch: string | null;
  uploader_default_branch: string | null;
  language: string | null;
  is_active: Defaulted<boolean>;
  deactivated_at: Time | null;
  created_at: MadeAt;
  updated_at: MadeAt;
}

export type Role = 'reader' | 'member' | 'admin';

export interface GrantsTable {
  id: Id;
  user_id: number;
  owner_id: number | null;
  repository_id: number | null;
  role: Role;
  created_at: MadeAt;
}

export type TokenKind = 'global' | 'owner' | 'repository' | 'api';

export interface TokensTable {
  id: Id;
  kind: TokenKind;
  hash: Uint8Array;
  sealed: Uint8Array | null;
  prefix: string;
  name: string | null;
  service: string | null;
  owner_id: number | null;
  repository_id: number | null;
  user_id: number | null;
  scopes: Defaulted<string[]>;
  created_at: MadeAt;
  expires_at: Time | null;
  revoked_at: Time | null;
  last_used_at: Time | null;
}

export type CommitState = 'pending' | 'complete' | 'error' | 'skipped';

/** Totals as columns; null until known. */
interface TotalsColumns {
  files: number | null;
  lines: number | null;
  hits: number | null;
  misses: number | null;
  partials: number | null;
  branches: number | null;
  methods: number | null;
  complexity: number | null;
  complexity_total: number | null;
}

export interface CommitsTable extends TotalsColumns {
  id: Id;
  repository_id: number;
  sha: string;
  branch: string | null;
  tag: string | null;
  pull: number | null;
  parent_sha: string | null;
  message: string | null;
  author_name: string | null;
  author_email: string | null;
  authored_at: Time | null;
  committer_name: string | null;
  committer_email: string | null;
  committed_at: Time | null;
  tree_sha: string | null;
  state: Defaulted<CommitState>;
  wanted_generation: Defaulted<number>;
  merged_generation: Defaulted<number>;
  report_key: string | null;
  report_digest: Uint8Array | null;
  sessions: number | null;
  base_sha: string | null;
  base_how: string | null;
  diff_key: string | null;
  diff_base: string | null;
  files_key: string | null;
  config_path: string | null;
  config_text: string | null;
  created_at: MadeAt;
  updated_at: MadeAt;
}

export interface CommitGraphTable {
  repository_id: number;
  sha: string;
  parents: string[];
  committed_at: Time | null;
}

export interface BranchesTable {
  repository_id: number;
  name: string;
  head_sha: string;
  updated_at: MadeAt;
  created_at: MadeAt;
}

export type PullState = 'open' | 'merged' | 'closed';

export interface PullsTable {
  repository_id: number;
  number: number;
  title: string | null;
  state: Defaulted<PullState>;
  head_sha: string | null;
  base_sha: string | null;
  base_branch: string | null;
  user_provided_base_sha: string | null;
  created_at: MadeAt;
  updated_at: MadeAt;
}

export interface FlagsTable {
  repository_id: number;
  name: string;
  created_at: MadeAt;
}

export interface SourcesTable {
  repository_id: number;
  blob_sha: string;
  object_key: string | null;
  size: number;
  created_at: MadeAt;
}

/** What an upload carries; test results and bundles are stored now and read later. */
export type UploadKind = 'coverage' | 'test_results' | 'bundle_analysis';

export interface ReportsTable {
  id: Id;
  commit_id: number;
  kind: UploadKind;
  external_id: string;
  created_at: MadeAt;
}

/** upload-protocol §5.1: `started` waits for bytes, `stored` for its reader, `processed` for the merge; the rest are final. */
export type UploadState = 'started' | 'stored' | 'processed' | 'merged' | 'superseded' | 'error' | 'expired';

/** How an upload came: letters of upload-protocol §1.3, the legacy addresses, our own. */
export type UploadVia = 'C' | 'D' | 'I' | 'J' | 'v2' | 'v4' | 'own';

/** Something worth telling about how an upload was accepted (a wrong token beside an open rule, a cut name …). */
export interface UploadNotice {
  readonly code: string;
  readonly message: string;
}

/** Reader options of our own address (upload-protocol §8.1); absent for the others. */
export interface UploadOptions {
  readonly format?: string;
  readonly path?: string;
  readonly root?: string;
  readonly prefix?: string;
  /** The sender says that no other upload of the commit will come. */
  readonly final?: boolean;
  /** Of a bundle: the commit with which its plugin compares. */
  readonly compareSha?: string;
}

export interface UploadsTable extends TotalsColumns {
  id: Id;
  external_id: string;
  repository_id: number;
  commit_id: number;
  kind: UploadKind;
  state: UploadState;
  flags: Defaulted<string[]>;
  name: string | null;
  job: string | null;
  build: string | null;
  build_url: string | null;
  ci: string | null;
  env: JSONColumnType<Record<string, string | null> | null, string | null, string | null>;
  via: UploadVia;
  agent: string | null;
  package: string | null;
  is_unprotected: Defaulted<boolean>;
  notices: ColumnType<UploadNotice[], string | undefined, string>;
  options: ColumnType<UploadOptions, string | undefined, string>;
  put_until: Time | null;
  raw_key: string | null;
  raw_size: number | null;
  raw_sha256: Uint8Array | null;
  raw_md5: Uint8Array | null;
  content_sha256: Uint8Array | null;
  idempotency_key: string | null;
  idempotency_sha256: Uint8Array | null;
  stored_at: Time | null;
  part_key: string | null;
  part_size: number | null;
  formats: Defaulted<string[]>;
  files_in: number | null;
  error_code: string | null;
  superseded_by: number | null;
  attempts: Defaulted<number>;
  queued_ms: number | null;
  parse_ms: number | null;
  merge_ms: number | null;
  processed_at: Time | null;
  merged_at: Time | null;
  created_at: MadeAt;
  updated_at: MadeAt;
}

export interface UploadProblemsTable {
  upload_id: number;
  position: number;
  code: string;
  severity: 'error' | 'warning' | 'notice';
  file: string | null;
  line: number | null;
  byte: number | null;
  count: number | null;
  message: string;
  hint: string;
}

export interface EventsTable {
  id: Id;
  type: string;
  repository_id: number | null;
  commit_id: number | null;
  topics: string[];
  data: ColumnType<Record<string, unknown>, string, string>;
  at: MadeAt;
}

export interface InstanceSettingsTable {
  key: string;
  value: ColumnType<unknown, string, string>;
  updated_at: MadeAt;
}

export type Owner = Selectable<OwnersTable>;
export type Repository = Selectable<RepositoriesTable>;
export type Commit = Selectable<CommitsTable>;
export type Upload = Selectable<UploadsTable>;
export type NewUpload = Insertable<UploadsTable>;
export type Token = Selectable<TokensTable>;
export type User = Selectable<UsersTable>;
