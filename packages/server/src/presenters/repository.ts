import { z } from 'zod';
import type { ListedRepository } from '../database/queries/repository-lists.ts';
import { OWNER, presentOwner } from './owner.ts';
import { TIME, named, pageOf } from './shape.ts';
import { COMMIT_TOTALS, presentCommitTotals } from './totals.ts';
import { isoTime } from './time.ts';

/** A repository (public-api §2.3). */
export const REPOSITORY = named(
  'Repo',
  z.object({
    name: z.string(),
    private: z.boolean(),
    updatestamp: TIME,
    author: OWNER,
    language: z.string().nullable(),
    branch: z.string().meta({ description: 'Default branch.' }),
    active: z.boolean().nullable().meta({ description: 'Has received an upload.' }),
    activated: z.boolean().nullable().meta({ description: 'Takes uploads.' }),
    totals: COMMIT_TOTALS.nullable().meta({ description: 'Of the newest complete commit of the default branch.' }),
  }),
);

export const REPOSITORY_PAGE = pageOf('RepoPage', REPOSITORY);

/** Secrets of a repository (public-api §2.3). */
export const REPOSITORY_CONFIG = named(
  'RepoConfig',
  z.object({
    upload_token: z.string().nullable().meta({ description: 'Null while none was made.' }),
    graph_token: z.string().nullable(),
  }),
);

/** What a repository without any branch calls its default branch. */
const USUAL_BRANCH = 'main';

export function presentRepository({ repository, branch, head }: ListedRepository): z.input<typeof REPOSITORY> {
  return {
    name: repository.name,
    private: repository.is_private,
    updatestamp: isoTime(repository.updated_at),
    author: presentOwner({
      service: repository.service,
      name: repository.owner_name,
      display_name: repository.owner_display_name,
    }),
    language: repository.language,
    branch: branch ?? USUAL_BRANCH,
    active: repository.is_active,
    activated: repository.is_active && repository.deactivated_at === null,
    totals: head === null ? null : presentCommitTotals(head),
  };
}
