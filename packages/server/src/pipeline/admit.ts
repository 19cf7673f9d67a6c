import type { App } from '../app.ts';
import type { Commit, Repository, Upload } from '../database/tables.ts';
import { findFull, type FullCommit } from './limit.ts';
import { openUpload, type UploadFacts } from './receive.ts';

/** An upload that may send its bytes, or a commit that has as many as it may have. */
export type Admission = { readonly kind: 'opened'; readonly upload: Upload } | FullCommit;

/**
 * Opens an upload unless the commit is full already. An upload without bytes holds no place, so more may be opened than may be stored:
 * {@link storeUpload} decides, which of those that come at once fit.
 */
export async function admitUpload(
  app: App,
  repository: Pick<Repository, 'id' | 'is_active'>,
  commit: Commit,
  facts: UploadFacts,
): Promise<Admission> {
  const full = await findFull(app, commit.id, facts.kind);
  return full ?? { kind: 'opened', upload: await openUpload(app, repository, commit, facts) };
}
