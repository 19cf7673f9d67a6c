import { z } from 'zod';
import type { BranchRow } from '../database/queries/branch-lists.ts';
import { COMMIT_DETAIL } from './commit.ts';
import { TIME, named, pageOf } from './shape.ts';
import { isoTime } from './time.ts';

const FIELDS = { name: z.string(), updatestamp: TIME.nullable() };

/** A branch (public-api §2.4). */
export const BRANCH = named('Branch', z.object(FIELDS));

export const BRANCH_PAGE = pageOf('BranchPage', BRANCH);

/** One branch with its head; null while nothing of the head is known. */
export const BRANCH_DETAIL = named('BranchDetail', z.object({ ...FIELDS, head_commit: COMMIT_DETAIL.nullable() }));

export function presentBranch(branch: BranchRow): z.input<typeof BRANCH> {
  return { name: branch.name, updatestamp: isoTime(branch.updated_at) };
}
