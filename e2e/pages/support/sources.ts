import { createHash } from 'node:crypto';
import { newSha } from './reports.ts';

/** A commit with the texts of its files, and a report of it. */
export interface CommitWithSources {
  /** `gh/acme/web`. */
  readonly repository: string;
  readonly report: string;
  /** Texts or bytes by path. */
  readonly sources: Readonly<Record<string, string | Uint8Array>>;
  /** Paths of the commit whose content is not sent, with its name in git. */
  readonly unsent?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** A new commit unless said. */
  readonly sha?: string;
  /** `main` unless said. */
  readonly branch?: string;
  readonly flags?: readonly string[];
  readonly name?: string;
}

/** Sends a report with its sources in one call (upload-protocol §8.1, §8.3) and waits until it is merged. Gives the commit. */
export async function sendWithSources(
  { url, token }: { readonly url: string; readonly token: string },
  commit: CommitWithSources,
): Promise<string> {
  const { sha = newSha(), branch = 'main', message = 'A commit', flags = [], name = 'upload' } = commit;
  const files: Record<string, string> = { ...commit.unsent };
  const sources: Record<string, { readonly base64: string }> = {};
  for (const [path, source] of Object.entries(commit.sources)) {
    const bytes = Buffer.from(source as string);
    files[path] = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    sources[files[path]] = { base64: bytes.toString('base64') };
  }
  const meta = { schema: 'thatch-meta/1', commit: { sha, message }, ref: { branch }, files, sources };
  const form = new FormData();
  form.append('report', new Blob([commit.report]), 'lcov.info');
  form.append('meta', new Blob([JSON.stringify(meta)]), 'meta.json');
  const query = new URLSearchParams({ repo: commit.repository, commit: sha, branch, name, wait: '60' });
  for (const flag of flags) query.append('flags', flag);
  const headers = { authorization: `token ${token}` };
  const response = await fetch(`${url}/upload/coverage?${query}`, { method: 'POST', headers, body: form });
  if (response.status !== 200) throw new Error(`refused: ${response.status} ${await response.text()}`);
  return sha;
}
