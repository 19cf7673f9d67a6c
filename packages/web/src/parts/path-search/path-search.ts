import { useEffect, useState } from 'react';
import { apiAddress, repositoryPath } from '../../api/client.ts';
import type { PathHit } from './path-index.ts';
import type { PathSearchRequest, PathSearchResponse } from './worker.ts';

/** A repository, and the commit whose files are searched; null = the newest report of the default branch. */
export interface SearchedReport {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string | null;
}

/** How far a search is: `hits` are those of the last text that was answered. */
export type PathSearchState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'hits'; readonly text: string; readonly hits: readonly PathHit[] };

const MOST_HITS = 100;

/**
 * The files of a report that fit a text, searched off the main thread at every key (web-ui §4.2). Nothing is loaded while `text` is null.
 *
 * ```tsx
 * const found = usePathSearch({ svc, owner, repo, sha: null }, isOpen ? text : null);
 * ```
 */
export function usePathSearch({ svc, owner, repo, sha }: SearchedReport, text: string | null): PathSearchState {
  const [state, setState] = useState<PathSearchState>({ kind: 'waiting' });
  const base = repositoryPath({ svc, owner, repo });
  const paths = apiAddress(`${base}/paths`, { sha });
  const search = apiAddress(`${base}/path-search`, { sha: sha ?? '' });
  useEffect(() => {
    if (text === null) return;
    return openSearch(paths, search).ask(text, setState);
  }, [paths, search, text]);
  return state;
}

/** One worker serves the palette and the page: the last report that was searched. */
let opened: PathSearch | null = null;

function openSearch(paths: string, search: string): PathSearch {
  if (opened?.paths === paths) return opened;
  opened?.close();
  opened = new PathSearch(paths, search);
  return opened;
}

class PathSearch {
  readonly paths: string;
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, (response: PathSearchResponse) => void>();
  private lastId = 0;

  constructor(paths: string, search: string) {
    this.paths = paths;
    this.worker.addEventListener('message', ({ data }: MessageEvent<PathSearchResponse>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    });
    this.post({ kind: 'open', paths, search });
  }

  /** Tells the answer to `tell`, unless the returned function was called before. */
  ask(text: string, tell: (state: PathSearchState) => void): () => void {
    const id = ++this.lastId;
    this.waiting.set(id, (response) =>
      tell(response.kind === 'hits' ? { kind: 'hits', text, hits: response.hits } : { kind: 'failed' }),
    );
    this.post({ kind: 'search', id, text, most: MOST_HITS });
    return () => this.waiting.delete(id);
  }

  close(): void {
    this.worker.terminate();
  }

  private post(request: PathSearchRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.worker.postMessage(request);
  }
}
