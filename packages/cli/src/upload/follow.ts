import { parseJson, type UploadAnswer } from './answer.ts';
import { eventsRequest, getStatus, type Refused, type Server } from './client.ts';

/** How far an upload is to be followed. */
export type Goal = 'processed' | 'merged';

export type Followed =
  | { readonly kind: 'reached'; readonly answer: UploadAnswer }
  /** Time is up; the answer is the last one known. */
  | { readonly kind: 'late'; readonly answer: UploadAnswer }
  | Refused;

/** States in the order of upload-protocol §8.2. */
const ORDER = ['started', 'stored', 'processing', 'processed', 'merged', 'judged'];

/** States that nothing follows. */
const ENDS: ReadonlySet<string> = new Set(['error', 'superseded', 'expired']);

/** Whether an upload in this state has come as far as `goal`, or as far as it ever will. */
export function hasReached(state: string, goal: Goal): boolean {
  return ENDS.has(state) || ORDER.indexOf(state) >= ORDER.indexOf(goal);
}

const LONG_POLL_SECONDS = 25;
/** A server that does not hold its answers is asked no more often than this. */
const POLL_PAUSE_MS = 1000;

/**
 * Waits until an upload has come as far as `goal`: by its event stream, by long polls where there is none (a proxy that holds
 * streams back, a restart of the server).
 *
 * @param deadline ends the wait when aborted.
 * @param onState told of every new state.
 */
export async function follow(
  server: Server,
  upload: UploadAnswer,
  goal: Goal,
  deadline: AbortSignal,
  onState: (state: string) => void,
): Promise<Followed> {
  let latest = upload;
  const take = (answer: UploadAnswer): void => {
    if (answer.state !== latest.state) onState(answer.state);
    latest = answer;
  };
  if (!hasReached(latest.state, goal))
    await followEvents(server, upload, goal, deadline, (state) => take({ ...latest, state }));
  while (!deadline.aborted) {
    const isReached = hasReached(latest.state, goal);
    const before = latest.state;
    // Events tell changes only: the whole is asked for at the end.
    const answer = await getStatus(server, upload, isReached ? 0 : LONG_POLL_SECONDS, deadline);
    if (answer.kind === 'refused') {
      if (deadline.aborted) break;
      return answer;
    }
    take(answer.value);
    if (hasReached(latest.state, goal)) return { kind: 'reached', answer: latest };
    if (latest.state === before) await server.network.pause(POLL_PAUSE_MS, deadline);
  }
  return { kind: hasReached(latest.state, goal) ? 'reached' : 'late', answer: latest };
}

/** Returns when the goal is reached, or when the stream has ended for whatever reason. */
async function followEvents(
  server: Server,
  upload: UploadAnswer,
  goal: Goal,
  deadline: AbortSignal,
  onState: (state: string) => void,
): Promise<void> {
  const { address, headers } = eventsRequest(server, upload);
  const stop = new AbortController();
  try {
    const signal = AbortSignal.any([deadline, stop.signal]);
    const response = await server.network.fetch(address, { headers, signal, redirect: 'manual' });
    if (response.status !== 200 || response.body === null) return;
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return;
    for await (const event of readEvents(response.body as unknown as AsyncIterable<Uint8Array>)) {
      const state = parseJson(event.data)?.['state'];
      if (typeof state === 'string') onState(state);
      if (event.name === 'done' || (typeof state === 'string' && hasReached(state, goal))) return;
    }
  } catch {
    // A broken stream is no news: the caller asks again by other means.
  } finally {
    stop.abort();
  }
}

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

const LONGEST_EVENT = 1 << 20;

/** Reads a stream of events (HTML Standard, "server-sent events"): names and data; ids and retry times are not needed here. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let name = 'message';
  let data: string[] = [];
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > LONGEST_EVENT) return;
    const lines = rest.split(/\r\n|\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { name, data: data.join('\n') };
        name = 'message';
        data = [];
      } else if (line.startsWith('event:')) name = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    }
  }
}
