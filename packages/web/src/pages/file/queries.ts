import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { FileAnswer, FileUploadsAnswer, LineAnswer } from '@thatch/server/http/ui/contract/file.ts';
import { read, readText, repositoryPath } from '../../api/client.ts';

/** A repository as addresses name it. */
export interface RepositoryPlace {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** A file and the uploads that are counted. */
export interface FilePlace extends RepositoryPlace {
  readonly ref: string;
  readonly path: string;
  readonly flags: readonly string[];
  readonly uploads: readonly string[];
}

/** What `R/…/file` is kept under, of one repository. */
export function fileKey({ svc, owner, repo }: RepositoryPlace): readonly string[] {
  return ['repos', svc, owner, repo, 'file'];
}

/** The file at a place. The first answer brings its text, which is kept as that of its blob. */
export function fileQuery(client: QueryClient, { ref, path, flags, uploads, ...repository }: FilePlace) {
  const queryKey = fileAnswerKey({ ref, path, flags, uploads, ...repository });
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<FileAnswer> => {
      const isFirst = client.getQueryData(queryKey) === undefined && !hasText(client, repository, ref, path);
      const asked = { ref, path, flags, upload: uploads, text: isFirst ? true : undefined };
      const answer = await read<FileAnswer>(`${repositoryPath(repository)}/file`, asked, signal);
      const { source } = answer;
      if (source.kind !== 'here' || source.text === null) return answer;
      const { blob, text } = source;
      await client.prefetchQuery({ ...sourceQuery(repository, blob), queryFn: () => text });
      return { ...answer, source: { ...source, text: null } };
    },
    // A filter leaves what is shown until its numbers are there; another file does not.
    placeholderData: (previous, query) =>
      query?.queryKey.slice(0, -2).join('\n') === [...fileKey(repository), ref, path].join('\n')
        ? keepPreviousData(previous)
        : undefined,
  });
}

export function fileAnswerKey({ ref, path, flags, uploads, ...repository }: FilePlace) {
  return [...fileKey(repository), ref, path, flags, uploads] as const;
}

/** Another filter of the same file has the same text. */
function hasText(client: QueryClient, repository: RepositoryPlace, ref: string, path: string): boolean {
  const known = client.getQueriesData<FileAnswer>({ queryKey: [...fileKey(repository), ref, path] });
  return known.some(([, file]) => {
    if (file?.source.kind !== 'here') return false;
    return client.getQueryData(sourceQuery(repository, file.source.blob).queryKey) !== undefined;
  });
}

/** Long enough for going back and forth; texts are large. */
const TEXT_KEPT_MS = 60_000;

/** The text of a blob, which never changes. */
export function sourceQuery(repository: RepositoryPlace, blob: string | null) {
  return queryOptions({
    queryKey: ['repos', repository.svc, repository.owner, repository.repo, 'source', blob],
    queryFn: ({ signal }) => readText(`${repositoryPath(repository)}/source/${blob}`, {}, signal),
    enabled: blob !== null,
    staleTime: Infinity,
    gcTime: TEXT_KEPT_MS,
  });
}

export function fileUploadsQuery(repository: RepositoryPlace, sha: string, path: string) {
  return queryOptions({
    queryKey: [...fileKey(repository), 'uploads', sha, path],
    queryFn: ({ signal }) =>
      read<FileUploadsAnswer>(`${repositoryPath(repository)}/file/uploads`, { sha, path }, signal),
  });
}

export function lineQuery(
  repository: RepositoryPlace,
  place: { readonly sha: string; readonly path: string; readonly line: number },
) {
  return queryOptions({
    queryKey: [...fileKey(repository), 'line', place.sha, place.path, place.line],
    queryFn: ({ signal }) => read<LineAnswer>(`${repositoryPath(repository)}/file/line`, { ...place }, signal),
  });
}
