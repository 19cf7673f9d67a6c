import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/**
 * A server that takes what upload-protocol §8 describes and refuses everything else: the shapes are strict, blobs are hashed again,
 * tokens are checked. It keeps what it took for a test to look at. It reads no coverage: the test says what a report would give.
 */
export interface ProtocolServer {
  readonly url: string;
  readonly uploads: readonly StoredUpload[];
  readonly metas: readonly z.infer<typeof META>[];
  /** Every request, in order: `POST /upload/meta`. */
  readonly requests: readonly string[];
  /** What broke the protocol. A test expects none. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface StoredUpload {
  readonly query: z.infer<typeof QUERY>;
  readonly key: string;
  readonly reports: readonly { readonly name: string; readonly bytes: Buffer; readonly wasPacked: boolean }[];
  readonly network: readonly string[];
}

export interface Behaviour {
  readonly token?: string;
  /** Files the report covers: their blobs are what `need` asks for, once the upload is read. */
  readonly covered?: readonly string[];
  /** Further blobs to ask for. */
  readonly alsoNeeds?: readonly string[];
  /** The state in which an upload ends. */
  readonly end?: 'merged' | 'error' | 'processed' | 'stored';
  readonly problems?: readonly Readonly<Record<string, unknown>>[];
  readonly verdicts?: readonly Readonly<Record<string, unknown>>[];
  /** No event stream: a 404, an answer of some other type, or one that breaks after its first event. */
  readonly events?: 'whole' | 'missing' | 'broken';
  /** The first requests of a path are met like this. */
  readonly trouble?: Readonly<Record<string, readonly Trouble[]>>;
  /** Totals of other commits. */
  readonly commits?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Trouble = 'drop' | 'drop-after-work' | 503;

const HEX = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const sha = z.string().regex(HEX);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/);
const person = z.strictObject({ name: z.string(), email: z.string(), time });
const path = z
  .string()
  .refine((text) => !text.startsWith('/') && !text.includes('\0') && !text.split('/').includes('..'));
const diff = z.strictObject({ base: sha, format: z.literal('git-unified'), text: z.string().max(32 << 20) });
const repo = z
  .string()
  .regex(
    /^(?:github|gitlab|bitbucket|github_enterprise|gitlab_enterprise|bitbucket_server|gitea|git)(?:\/[\w.~-]+){2,}$/,
  );

/** upload-protocol §8.3; `built` is an addition of the uploader (providers §8), unknown keys are ignored by a server. */
const META = z.strictObject({
  schema: z.literal('thatch-meta/1'),
  commit: z.strictObject({
    sha: z.string().regex(/^[0-9a-f]{7,64}$/),
    parents: z.array(sha).max(64).optional(),
    tree: sha.optional(),
    message: z.string().optional(),
    author: person.optional(),
    committer: person.optional(),
  }),
  built: z.strictObject({ sha, tree: sha, parents: z.array(sha), diff: diff.optional() }).optional(),
  ref: z
    .strictObject({
      branch: z.string().nullable(),
      tag: z.null(),
      pull: z.int().positive().nullable(),
      base_branch: z.string().nullable(),
      default_branch: z.string().nullable(),
    })
    .optional(),
  history: z
    .array(z.tuple([sha, z.array(sha), time]))
    .max(2000)
    .optional(),
  base: z.strictObject({ sha, how: z.enum(['merge-base', 'parent', 'given']) }).optional(),
  diff: diff.optional(),
  files: z.record(path, sha).optional(),
  sources: z
    .record(sha, z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]))
    .optional(),
  config: z.strictObject({ path, text: z.string() }).optional(),
});

const text100 = z.string().min(1).max(100);
const QUERY = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{7,64}$/),
  repo,
  branch: z.string().min(1).optional(),
  pr: z.string().regex(/^\d+$/).optional(),
  parent: z.array(sha).optional(),
  root: z.string().optional(),
  flags: z.array(z.string().min(1)).optional(),
  env: z.record(z.string(), z.string()).optional(),
  name: text100.optional(),
  job: text100.optional(),
  build: text100.optional(),
  build_url: z.url().max(2000).optional(),
  ci: text100.optional(),
  strict: z.literal('1').optional(),
});

interface Upload extends StoredUpload {
  readonly id: string;
  state: string;
}

const STEPS = ['stored', 'processing', 'processed', 'merged'];
const READ_KEY = 'read-key';

export async function startProtocolServer(behaviour: Behaviour = {}): Promise<ProtocolServer> {
  const uploads: Upload[] = [];
  const metas: z.infer<typeof META>[] = [];
  const requests: string[] = [];
  const faults: string[] = [];
  const trouble = structuredClone(behaviour.trouble ?? {}) as Record<string, Trouble[]>;
  const known = new Set<string>();
  let url = '';

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      faults.push(String(error));
      answer(response, 500, { detail: String(error), code: 'fault', hint: null });
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', url);
    requests.push(`${request.method} ${address.pathname}`);
    const met = trouble[address.pathname]?.shift();
    if (met === 'drop') return void request.socket.destroy();
    if (met === 503) return answer(response, 503, { detail: 'starting' }, { 'retry-after': '0' });
    if (met === 'drop-after-work') {
      await route(request, address, new Discarded(request) as unknown as ServerResponse);
      return void request.socket.destroy();
    }
    await route(request, address, response);
  }

  async function route(request: IncomingMessage, address: URL, response: ServerResponse): Promise<void> {
    const isStatus = address.pathname.startsWith('/upload/status/');
    const isAllowed = request.headers.authorization === `token ${behaviour.token ?? 'secret'}`;
    if (!isAllowed && !(isStatus && address.searchParams.get('k') === READ_KEY)) {
      return answer(response, 401, { detail: 'Not valid tokenless upload', code: 'token', hint: null });
    }
    if (address.pathname === '/upload/meta') return takeMeta(await readBody(request), request, address, response);
    if (address.pathname === '/upload/coverage')
      return takeReports(await readBody(request), request, address, response);
    if (address.pathname === '/upload/status') return tellCommit(address, response);
    const id = /^\/upload\/status\/([\w-]+)(\/events)?$/.exec(address.pathname);
    const upload = uploads.find((candidate) => candidate.id === id?.[1]);
    if (id === null || upload === undefined)
      return answer(response, 404, { detail: 'unknown', code: 'unknown', hint: null });
    return id[2] === undefined ? tellUpload(upload, address, response) : streamUpload(upload, response);
  }

  function takeMeta(body: Buffer, request: IncomingMessage, address: URL, response: ServerResponse): void {
    repo.parse(address.searchParams.get('repo'));
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const meta = META.parse(JSON.parse(bytes.toString('utf8')));
    for (const [id, source] of Object.entries(meta.sources ?? {})) {
      const content = 'text' in source ? Buffer.from(source.text, 'utf8') : Buffer.from(source.base64, 'base64');
      const hash = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
      if (hash !== id) throw new Error(`blob ${id} has hash ${hash}`);
      known.add(id);
    }
    metas.push(meta);
    answer(response, 200, {
      commit: meta.commit.sha,
      stored: Object.keys(meta),
      need: { blobs: neededBlobs(), commits: [] },
    });
  }

  function neededBlobs(): string[] {
    const isRead = uploads.some((upload) => STEPS.indexOf(upload.state) >= STEPS.indexOf('processed'));
    if (!isRead) return [];
    const files: Readonly<Record<string, string>> = Object.assign({}, ...metas.map((meta) => meta.files ?? {}));
    const covered = (behaviour.covered ?? []).flatMap((name) => files[name] ?? []);
    return [...covered, ...(behaviour.alsoNeeds ?? [])].filter((id) => !known.has(id));
  }

  async function takeReports(
    body: Buffer,
    request: IncomingMessage,
    address: URL,
    response: ServerResponse,
  ): Promise<void> {
    const stored = await readUpload(body, request, address);
    const before = uploads.find((upload) => upload.key === stored.key);
    if (before !== undefined) {
      const isSame = JSON.stringify(before.reports) === JSON.stringify(stored.reports);
      return answer(response, isSame ? 200 : 409, { ...describe(before), duplicate: true });
    }
    const upload = { ...stored, id: randomUUID(), state: 'stored' };
    uploads.push(upload);
    answer(response, 202, describe(upload));
  }

  function describe(upload: Upload): Record<string, unknown> {
    const isRead = STEPS.indexOf(upload.state) >= STEPS.indexOf('processed');
    const totals = { files: 12, lines: 900, hits: 810, misses: 70, partials: 20, coverage: '90.00' };
    return {
      id: upload.id,
      state: upload.state,
      duplicate: false,
      repo: upload.query.repo,
      commit: upload.query.commit,
      result_url: `https://thatch.example/${upload.query.repo}/commit/${upload.query.commit}`,
      // A name that the CI machine cannot reach, as behind a proxy.
      status_url: `https://inside.invalid/upload/status/${upload.id}?k=${READ_KEY}`,
      events_url: `https://inside.invalid/upload/status/${upload.id}/events?k=${READ_KEY}`,
      upload_totals: isRead ? totals : null,
      commit_totals: upload.state === 'merged' ? { ...totals, uploads: uploads.length } : null,
      compare: null,
      verdicts: behaviour.verdicts ?? [],
      problems: isRead || upload.state === 'error' ? (behaviour.problems ?? []) : [],
    };
  }

  /** The next state on the way to the end that the test asked for. */
  function advance(upload: Upload): void {
    const end = behaviour.end ?? 'merged';
    if (upload.state === end || upload.state === 'error') return;
    if (end === 'error' && upload.state === 'processing') upload.state = 'error';
    else upload.state = STEPS[STEPS.indexOf(upload.state) + 1];
  }

  function tellUpload(upload: Upload, address: URL, response: ServerResponse): void {
    if (address.searchParams.has('wait')) advance(upload);
    answer(response, 200, describe(upload));
  }

  function streamUpload(upload: Upload, response: ServerResponse): void {
    if (behaviour.events === 'missing') return answer(response, 404, { detail: 'no stream' });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    let text = 'retry: 2000\n\n: ping\n\n';
    for (let id = 1, before = ''; upload.state !== before; id++) {
      before = upload.state;
      advance(upload);
      if (upload.state !== before) text += `event: state\nid: ${id}\ndata: {"state":\ndata: "${upload.state}"}\n\n`;
      if (behaviour.events === 'broken') break;
    }
    // In two pieces that end in the middle of a line.
    response.write(text.slice(0, text.length / 2));
    response.write(text.slice(text.length / 2));
    if (behaviour.events === 'broken') return void response.destroy();
    if ((behaviour.end ?? 'merged') === upload.state && ['merged', 'error'].includes(upload.state))
      response.end('event: done\ndata: {}\n\n');
  }

  function tellCommit(address: URL, response: ServerResponse): void {
    repo.parse(address.searchParams.get('repo'));
    const totals = behaviour.commits?.[sha.parse(address.searchParams.get('commit'))];
    if (totals === undefined) return answer(response, 404, { detail: 'unknown commit', code: 'commit', hint: null });
    answer(response, 200, { uploads: [], commit_totals: totals, verdicts: [] });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    uploads,
    metas,
    requests,
    faults,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readUpload(body: Buffer, request: IncomingMessage, address: URL): Promise<StoredUpload> {
  const query: Record<string, unknown> = {};
  const environment: Record<string, string> = {};
  for (const [name, value] of address.searchParams) {
    if (name.startsWith('env.')) environment[name.slice(4)] = value;
    else query[name] = name === 'flags' || name === 'parent' ? address.searchParams.getAll(name) : value;
  }
  if (Object.keys(environment).length > 0) query['env'] = environment;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData();
  const reports: { name: string; bytes: Buffer; wasPacked: boolean }[] = [];
  let network: string[] = [];
  for (const [name, part] of form) {
    if (typeof part === 'string') throw new Error(`part ${name} is no file`);
    const bytes = Buffer.from(await part.arrayBuffer());
    const wasPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (name === 'report')
      reports.push({ name: path.parse(part.name), bytes: wasPacked ? gunzipSync(bytes) : bytes, wasPacked });
    else if (name === 'network') network = bytes.toString('utf8').trimEnd().split('\n');
    else throw new Error(`unknown part ${name}`);
  }
  if (reports.length === 0 || reports.length > 1000) throw new Error(`${reports.length} reports`);
  return { query: QUERY.parse(query), key: z.uuid().parse(request.headers['idempotency-key']), reports, network };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Takes an answer that is lost on its way. */
class Discarded {
  readonly request: IncomingMessage;
  constructor(request: IncomingMessage) {
    this.request = request;
  }
  writeHead(): this {
    return this;
  }
  end(): this {
    return this;
  }
}
