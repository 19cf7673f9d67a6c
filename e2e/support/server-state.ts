import type { Instance } from './instance.ts';

/** What the database holds of a commit. */
export interface CommitState {
  readonly state: string;
  readonly branch: string | null;
  readonly pull: number | null;
  readonly parent: string | null;
  readonly sessions: number | null;
  readonly totals: {
    readonly files: number;
    readonly lines: number;
    readonly hits: number;
    readonly misses: number;
    readonly partials: number;
  } | null;
  /** SHA-256 of the report in its canonical form, as hex; null while there is none. */
  readonly digest: string | null;
  readonly uploads: readonly UploadState[];
}

/** What it holds of one upload. */
export interface UploadState {
  readonly kind: string;
  readonly state: string;
  readonly flags: readonly string[];
  readonly name: string | null;
  readonly job: string | null;
  readonly build_url: string | null;
  readonly ci: string | null;
  readonly agent: string | null;
  readonly package: string | null;
  readonly env: Readonly<Record<string, string | null>> | null;
  readonly via: string;
}

/**
 * Waits, by the upload-complete address (upload-protocol §1.3 F, notifications §7.5), until everything stored is in the report; then reads
 * the commit. Null when the server does not know it.
 */
export async function settledCommit(
  instance: Instance,
  token: string,
  slug: string,
  sha: string,
): Promise<CommitState | null> {
  const address = `${instance.url}/upload/github/${slug.replace('/', '::::')}/commits/${sha}/upload-complete?wait=60`;
  const response = await fetch(address, { method: 'POST', headers: { authorization: `token ${token}` } });
  const answer = (await response.json()) as { readonly settled?: boolean };
  if (response.status !== 404 && answer.settled !== true) {
    throw new Error(`${sha} is not settled: ${response.status} ${JSON.stringify(answer)}`);
  }
  return readCommit(instance, sha);
}

/** Reads a commit as it is now. */
export async function readCommit(instance: Instance, sha: string): Promise<CommitState | null> {
  const [row] = await instance.query('select * from commits where sha = $1', [sha]);
  if (row === undefined) return null;
  const uploads = await instance.query(
    `select kind, state, flags, name, job, build_url, ci, agent, package, env, via from uploads where commit_id = $1 order by id`,
    [row['id']],
  );
  const { files, lines, hits, misses, partials } = row as Record<string, number>;
  const digest = row['report_digest'] as Buffer | null;
  return {
    state: row['state'] as string,
    branch: row['branch'] as string | null,
    pull: row['pull'] as number | null,
    parent: row['parent_sha'] as string | null,
    sessions: row['sessions'] as number | null,
    totals: lines === null ? null : { files, lines, hits, misses, partials },
    digest: digest === null ? null : digest.toString('hex'),
    uploads: uploads as unknown as UploadState[],
  };
}
