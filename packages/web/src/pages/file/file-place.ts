import { listOf } from '../../addresses/search.ts';
import type { FilePlace } from './queries.ts';

/** Parameters of the routes that show a file: `ref` of a branch, tag or commit, or `sha` below a commit's own page. */
export interface FileParameters {
  readonly svc?: string;
  readonly owner?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly sha?: string;
  readonly _splat?: string;
}

/** The file that an address names; empty texts where it does not say. */
export function filePlace(
  { svc = '', owner = '', repo = '', ref, sha, _splat: path = '' }: FileParameters,
  search: Readonly<Record<string, unknown>>,
): FilePlace {
  return {
    svc,
    owner,
    repo,
    ref: ref ?? sha ?? '',
    path,
    flags: listOf(search['flags']),
    uploads: listOf(search['upload']),
  };
}
