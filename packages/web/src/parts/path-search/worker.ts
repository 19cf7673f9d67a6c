import type { PathSearchAnswer, PathsAnswer } from '@thatch/server/http/ui/contract/paths.ts';
import { PathIndex, type PathHit } from './path-index.ts';

/** What the worker is asked. */
export type PathSearchRequest =
  | { readonly kind: 'open'; readonly paths: string; readonly search: string }
  | { readonly kind: 'search'; readonly id: number; readonly text: string; readonly most: number };

/** What it answers; `failed` when the server did not give the paths. */
export type PathSearchResponse =
  | { readonly kind: 'hits'; readonly id: number; readonly hits: readonly PathHit[] }
  | { readonly kind: 'failed'; readonly id: number };

type Searching = (text: string, most: number) => Promise<readonly PathHit[]>;

let searching: Promise<Searching> | null = null;
let addresses: Extract<PathSearchRequest, { kind: 'open' }> | null = null;
let newest = 0;

self.addEventListener('message', ({ data }: MessageEvent<PathSearchRequest>) => {
  if (data.kind === 'open') {
    addresses = data;
    searching = open(data);
    // Said to the first search that waits for it.
    searching.catch(() => {});
    return;
  }
  newest = data.id;
  void answer(data);
});

async function answer({ id, text, most }: Extract<PathSearchRequest, { kind: 'search' }>): Promise<void> {
  try {
    const search = await searching!;
    // While the paths came, more was typed.
    if (id === newest) respond({ kind: 'hits', id, hits: await search(text, most) });
  } catch {
    searching = open(addresses!);
    searching.catch(() => {});
    respond({ kind: 'failed', id });
  }
}

/** Paths here, in memory; of a report with too many the server searches. */
async function open({ paths, search }: Extract<PathSearchRequest, { kind: 'open' }>): Promise<Searching> {
  const answer = await fetchJson<PathsAnswer>(paths);
  if (answer.kind === 'all') {
    const index = new PathIndex(answer.paths, answer.misses);
    return async (text, most) => index.search(text, most);
  }
  return async (text, most) => {
    const { found } = await fetchJson<PathSearchAnswer>(`${search}&search=${encodeURIComponent(text)}`);
    return found.slice(0, most).map(({ path, misses }) => ({ path, misses, matches: matchIn(path, text) }));
  };
}

function matchIn(path: string, text: string): PathHit['matches'] {
  const start = path.toLowerCase().indexOf(text.trim().toLowerCase());
  return start < 0 ? [] : [[start, start + text.trim().length]];
}

async function fetchJson<Answer>(address: string): Promise<Answer> {
  const response = await fetch(address, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as Answer;
}

function respond(response: PathSearchResponse): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- who made the worker has no other origin
  self.postMessage(response);
}
