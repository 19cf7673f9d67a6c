import type { UiProblem } from '@thatch/server/http/ui/contract/shared.ts';
import { noteBuild } from './build.ts';
import { noteReached, noteUnreached } from './connection.ts';
import { noteEvents } from './event-mark.ts';
import { PREFIX } from '../addresses/prefix.ts';

/** An answer that is not the wished one, or none at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** 0 = the server was not reached. */
  readonly status: number;
  readonly problem: UiProblem;

  constructor(status: number, problem: UiProblem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

/** Values of a query; lists are written as `a=x&a=y` (web-ui §1.4), null and undefined are left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

/** Reads from `/api/ui`. Throws {@link ApiError}. */
export async function read<Answer>(path: string, query: QueryValues = {}, signal?: AbortSignal): Promise<Answer> {
  return (await (await ask('GET', path, { query, signal })).json()) as Answer;
}

/** Reads a text, such as source code. */
export async function readText(path: string, query: QueryValues = {}, signal?: AbortSignal): Promise<string> {
  return (await ask('GET', path, { query, signal })).text();
}

/** Changes something. Throws {@link ApiError}; undefined when the answer is empty. */
export async function change<Answer = undefined>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await ask(method, path, { body });
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** The address of something below `/api/ui`, whatever the interface's own prefix is. */
export function apiAddress(path: string, query: QueryValues = {}): string {
  const text = writeQuery(query);
  return `${PREFIX}/api/ui${path}${text === '' ? '' : `?${text}`}`;
}

/** The path of a repository's things; the owner's groups keep their colons. */
export function repositoryPath({
  svc,
  owner,
  repo,
}: {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}): string {
  return `/repos/${encodeURIComponent(svc)}/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
}

interface Asking {
  readonly query?: QueryValues;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

async function ask(method: string, path: string, { query = {}, body, signal }: Asking): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(apiAddress(path, query), {
      method,
      signal,
      credentials: 'same-origin',
      headers: body === undefined ? { accept: 'application/json' } : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    noteUnreached();
    throw new ApiError(0, { ...NOT_REACHED, detail: 'The server does not answer.' });
  }
  noteBuild(response.headers.get('thatch-build'));
  if (isAway(response)) noteUnreached();
  else noteReached();
  if (response.ok && method === 'GET') noteEvents(response.headers.get('thatch-events'));
  if (response.ok) return response;
  throw new ApiError(response.status, await problemOf(response));
}

/** Answers that mean "later", whoever gave them: the server, or what stands before it. A sign-in that is locked out is none. */
function isAway({ status, headers }: Response): boolean {
  return status === 502 || status === 503 || status === 504 || (status === 429 && headers.get('thatch-build') === null);
}

const NOT_REACHED: UiProblem = { code: 'not_reached', detail: '', hint: null, field: null, request_id: '' };

// What stands in front of the server may answer in its own words.
async function problemOf(response: Response): Promise<UiProblem> {
  try {
    const problem = (await response.json()) as Partial<UiProblem>;
    return {
      code: problem.code ?? 'unknown',
      detail: problem.detail ?? response.statusText,
      hint: problem.hint ?? null,
      field: problem.field ?? null,
      request_id: problem.request_id ?? '',
    };
  } catch {
    return { ...NOT_REACHED, code: 'unknown', detail: `The server answered ${response.status}.` };
  }
}

function writeQuery(query: QueryValues): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) written.append(name, String(each));
  }
  return written.toString();
}
