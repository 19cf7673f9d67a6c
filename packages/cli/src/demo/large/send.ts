import { setTimeout as pause } from 'node:timers/promises';
import type { Destination } from '../uploaders.ts';
import { RECORDED_AT, RUNNERS } from './history.ts';
import type { DemoMeta, DemoUpload, UploadedCommit } from './uploads.ts';

/** What came of sending. */
export interface Sent {
  readonly commits: number;
  readonly uploads: number;
  /** Address of the page of a commit, by branch: of the last one of each. */
  readonly pages: ReadonlyMap<string, string>;
  /** A good upload of the commit whose others fail: its public id, and the commit. */
  readonly beside: { readonly id: string; readonly commit: string } | null;
}

/** Commits whose uploads are on their way or being read at once. */
const COMMITS_AT_ONCE = 6;
const WAIT_SECONDS = '120';
const DAY_MS = 86_400_000;

/**
 * Sends all commits in their order, moved as whole days so that they end today, and waits until each is merged.
 *
 * @param onCommit called after each commit, with how many are done
 * @throws when the server refuses an upload
 */
export async function sendAll(
  destination: Destination,
  commits: Iterable<UploadedCommit>,
  onCommit: (done: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  const days = Math.floor((Date.now() - Date.parse(RECORDED_AT)) / DAY_MS);
  const running = new Set<Promise<void>>();
  const pages = new Map<string, string>();
  let beside: Sent['beside'] = null;
  let done = 0;
  let uploads = 0;
  let failure: unknown = null;
  for (const { commit, uploads: all } of commits) {
    const [first, ...rest] = all;
    uploads += all.length;
    // Branches move in the order in which their commits come.
    const { result_url: page } = await sendOne(destination, moved(first, days), signal);
    pages.set(commit.branch, page);
    const whole = sendRest(destination, rest, signal)
      .then((id) => {
        if (commit.branch === RUNNERS && id !== null) beside = { id, commit: commit.sha };
        onCommit(++done);
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => running.delete(whole));
    running.add(whole);
    if (running.size >= COMMITS_AT_ONCE) await Promise.race(running);
    if (failure !== null) throw failure;
  }
  await Promise.all(running);
  if (failure !== null) throw failure;
  return { commits: done, uploads, pages, beside };
}

/** Sends what belongs to a commit that is known; gives the id of the first, null when there is none. */
async function sendRest(
  destination: Destination,
  uploads: readonly DemoUpload[],
  signal: AbortSignal,
): Promise<string | null> {
  const ids: string[] = [];
  for (const [index, upload] of uploads.entries()) {
    const query = index === uploads.length - 1 ? { ...upload.query, wait: WAIT_SECONDS } : upload.query;
    ids.push((await sendOne(destination, { ...upload, query }, signal)).id);
  }
  return ids[0] ?? null;
}

interface Answer {
  readonly id: string;
  readonly result_url: string;
}

const MOST_TRIES = 5;

async function sendOne(
  { url, token }: Destination,
  { query, meta, reports }: DemoUpload,
  signal: AbortSignal,
): Promise<Answer> {
  const form = new FormData();
  if (meta !== null) form.append('meta', new Blob([JSON.stringify(meta)]), 'meta.json');
  for (const { name, text } of reports) form.append('report', new Blob([text]), name);
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${url}/upload/coverage?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: form,
      signal,
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Answer;
    // A server with a limit of requests says when to come again.
    if (response.status !== 429 || tries >= MOST_TRIES)
      throw new Error(`the server refused an upload of ${query['name']} with ${response.status}: ${text}`);
    await pause(1000 * Number(response.headers.get('retry-after') ?? '1'), undefined, { signal });
  }
}

function moved(upload: DemoUpload, days: number): DemoUpload {
  if (upload.meta === null || days === 0) return upload;
  const { commit } = upload.meta;
  const later = (person: DemoMeta['commit']['author']) => ({
    ...person,
    time: new Date(Date.parse(person.time) + days * DAY_MS).toISOString(),
  });
  return {
    ...upload,
    meta: { ...upload.meta, commit: { ...commit, author: later(commit.author), committer: later(commit.committer) } },
  };
}
