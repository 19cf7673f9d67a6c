import type { OwnedRepository } from '../../database/queries/repositories.ts';
import type { Commit } from '../../database/tables.ts';
import { wireTime } from './wire-time.ts';

/** The object of A and A′ (upload-protocol §1.3). */
export function commitObject(commit: Commit, repository: OwnedRepository): object {
  return {
    message: commit.message,
    timestamp: wireTime(commit.committed_at ?? commit.created_at),
    ci_passed: null,
    // Null until something was uploaded, as there.
    state: commit.state === 'pending' && commit.wanted_generation === 0 ? null : commit.state,
    repository: {
      name: repository.name,
      is_private: repository.is_private,
      active: repository.is_active,
      language: repository.language,
      yaml: null,
    },
    author: authorObject(commit),
    commitid: commit.sha,
    parent_commit_id: commit.parent_sha,
    pullid: commit.pull,
    branch: commit.branch,
  };
}

// People are known by what the commit says of them; nobody has an account at a forge here.
function authorObject({ author_name: name }: Commit): object | null {
  return name === null ? null : { avatar_url: null, service: null, username: null, name, ownerid: null };
}
