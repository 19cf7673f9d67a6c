import { useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { PREFIX } from '../../addresses/prefix.ts';
import { readRange, writeRange, type LineRange } from '../../viewer/line-range.ts';
import { filePlace, type FileParameters } from './file-place.ts';
import type { FilePlace } from './queries.ts';

/** What the address says of a file, and how to change it. */
export interface FileAddress {
  readonly place: FilePlace;
  readonly range: LineRange | null;
  readonly setRange: (range: LineRange | null) => void;
  readonly setFilter: (filter: { readonly flags: readonly string[]; readonly uploads: readonly string[] }) => void;
  /** To another file or ref; `keepsLines`: to the same lines, in place of this address. */
  readonly goTo: (place: { readonly ref?: string; readonly path?: string }, keepsLines?: boolean) => void;
  /** The whole address of the file at a ref, for other people. */
  readonly addressOf: (ref: string, range: LineRange | null) => string;
}

/** Both forms: `R/blob/:ref/*path` and `R/commit/:sha/blob/*path`. */
export function useFileAddress(): FileAddress {
  const parameters: FileParameters = useParams({ strict: false });
  const place = filePlace(parameters, useSearch({ strict: false }));
  const { svc, owner, repo, path } = place;
  const { sha } = parameters;
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const isOfCommit = sha !== undefined;
  return {
    place,
    range: readRange(hash),
    setRange: (range) =>
      void navigate({
        to: '.',
        search: true,
        hash: range === null ? '' : writeRange(range),
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    setFilter: ({ flags, uploads }) =>
      void navigate({
        to: '.',
        search: (before: Readonly<Record<string, unknown>>) => ({
          ...before,
          flags: flags.length === 0 ? undefined : [...flags],
          upload: uploads.length === 0 ? undefined : [...uploads],
        }),
        hash: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    goTo: (next, keepsLines = false) => {
      const rest = {
        search: true,
        hash: keepsLines ? true : '',
        replace: keepsLines,
        hashScrollIntoView: false,
      } as const;
      const splat = next.path ?? path;
      // A commit's own pages stay below it; a branch or another commit has its address of its own.
      if (isOfCommit && next.ref === undefined) {
        void navigate({
          to: '/$svc/$owner/$repo/commit/$sha/blob/$',
          params: { svc, owner, repo, sha, _splat: splat },
          ...rest,
        });
      } else {
        void navigate({
          to: '/$svc/$owner/$repo/blob/$ref/$',
          params: { svc, owner, repo, ref: next.ref ?? place.ref, _splat: splat },
          ...rest,
        });
      }
    },
    addressOf: (at, range) => {
      const parts = [svc, owner, repo].map(encodeURIComponent).join('/').replaceAll('%3A', ':');
      const file = path.split('/').map(encodeURIComponent).join('/');
      const lines = range === null ? '' : `#${writeRange(range)}`;
      return `${location.origin}${PREFIX}/${parts}/blob/${encodeURIComponent(at)}/${file}${location.search}${lines}`;
    },
  };
}
