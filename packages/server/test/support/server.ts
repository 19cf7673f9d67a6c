import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { defaultConfig } from '../../src/config/config.ts';
import type { Upload } from '../../src/database/tables.ts';
import { findUpload } from '../../src/database/queries/uploads.ts';
import type { JournalEvent } from '../../src/events/journal.ts';
import { listen } from '../../src/http/listener.ts';
import { prefixOf } from '../../src/http/prefix.ts';
import { ROUTES } from '../../src/http/routes.ts';
import { buildHttp } from '../../src/http/server.ts';
import { makeStatus } from '../../src/http/status.ts';
import { Lifecycle } from '../../src/lifecycle.ts';
import type { Log } from '../../src/observability/log.ts';
import { createTestDatabase } from './cluster.ts';
import { makeUploadWorld, type UploadWorld } from './upload-world.ts';

/** A whole server of a test file: Postgres, objects, queues, worker threads and a socket, all real. */
export interface TestServer {
  /** `http://127.0.0.1:PORT`, no final slash. */
  readonly url: string;
  readonly app: App;
  /** The ordinary fixture of upload-protocol §9. */
  readonly world: UploadWorld;
  /** Everything that was published since the start, oldest first. */
  readonly events: readonly JournalEvent[];
  readonly stop: () => Promise<void>;
}

export interface TestServerOptions {
  /** Changes the configuration of a test: one thread, no repository made, the global token of the fixture. */
  readonly configure?: (config: Config) => Config;
  /** Where the log goes; nowhere unless said. */
  readonly log?: Log;
}

/** As the keys of `upload-world.ts`, so that tokens stored there are right here. */
const SECRETS = {
  signing_key: 's'.repeat(43),
  token_hash_key: 'h'.repeat(43),
  cookie_secret: 'c'.repeat(43),
  encryption_secret: 'e'.repeat(43),
};

/**
 * Starts one.
 *
 * ```ts
 * const server = await startTestServer();
 * afterAll(server.stop);
 * await fetch(`${server.url}/upload/github/acme::::web/commits`, { headers: { authorization: `token ${server.world.R}` } });
 * ```
 */
export async function startTestServer({
  configure = (config) => config,
  log = pino({ level: process.env['THATCH_TEST_LOG'] ?? 'silent' }),
}: TestServerOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase({ poolMax: 10 });
  const world = await makeUploadWorld(database.connection.kysely);
  const folder = mkdtempSync(join(tmpdir(), 'thatch-server-'));
  const config = configure(testConfig(world));
  const lifecycle = new Lifecycle();
  const status = makeStatus(() => lifecycle.phase);
  lifecycle.started('status', status.close);
  const listener = await listen({ host: '127.0.0.1', port: 0, status });
  if (listener.kind === 'refused') throw new Error(listener.refusal.sentence);
  const created = await createApp({
    settings: {
      dataDir: folder,
      host: '127.0.0.1',
      port: listener.value.port,
      poolMax: 10,
      statementTimeoutMs: 30_000,
      log: { format: 'json', level: 'info' },
      trustedProxyDepth: config.setup.http.trustedProxyDepth,
      requestTimeoutMs: 600_000,
      drainDelayMs: 0,
      shutdownTimeoutMs: 5000,
    },
    config,
    log,
    lifecycle,
    status,
    dataFolder: {
      path: folder,
      secrets: SECRETS,
      formatState: { kind: 'new' },
      recordFormat: () => {},
      close: () => {},
    },
    database: database.connection,
  });
  if (created.kind === 'refused') throw new Error(created.refusal.sentence);
  const app = created.value;
  const events: JournalEvent[] = [];
  app.events.subscribe((news) => events.push(...news));
  const { http, handle } = await buildHttp({
    listener: listener.value,
    log,
    routes: ROUTES,
    app,
    trustedProxyDepth: config.setup.http.trustedProxyDepth,
    prefix: prefixOf(config.setup.codecovUrl),
  });
  lifecycle.started('http', () => http.close());
  listener.value.open(handle);
  lifecycle.phase = 'ready';
  return {
    url: `http://127.0.0.1:${listener.value.port}`,
    app,
    world,
    events,
    stop: async () => {
      lifecycle.phase = 'draining';
      await listener.value.drain(5000);
      await lifecycle.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The server of a test file, started before its tests and stopped after them.
 *
 * ```ts
 * const server = useTestServer();
 * test('…', async () => expect((await send(`${server.url}/health`)).status).toBe(200));
 * ```
 */
export function useTestServer(options: TestServerOptions = {}): TestServer {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer(options);
  });
  afterAll(() => running.stop());
  return {
    get url() {
      return running.url;
    },
    get app() {
      return running.app;
    },
    get world() {
      return running.world;
    },
    get events() {
      return running.events;
    },
    stop: () => running.stop(),
  };
}

/** What to send; `token` goes into `Authorization: token …`. */
export interface Sending {
  readonly token?: string | null;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array | URLSearchParams | FormData | ReadableStream<Uint8Array>;
}

/** An answer, its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown;
}

/** Sends one request; POST when there is a body and nothing else is said. Redirects are not followed. */
export async function send(url: string, sending: Sending = {}): Promise<Answered> {
  const { token, json, headers = {} } = sending;
  const body = json === undefined ? sending.body : JSON.stringify(json);
  const response = await fetch(url, {
    method: sending.method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(token == null ? {} : { authorization: `token ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body as Body, duplex: 'half' }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

/** A commit id that no other test uses. */
export function newSha(): string {
  return randomBytes(20).toString('hex');
}

/** A report of one file with two lines of which one was hit. */
export const LCOV = 'TN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nend_of_record\n';

/** The id in a signed address. */
export function uploadIdOf(location: string): string {
  return new URL(location).pathname.split('/').at(-1)!;
}

/** The row of an upload; a missing one fails the test. */
export async function uploadRow({ app }: TestServer, externalId: string): Promise<Upload> {
  const upload = await findUpload(app.database.kysely, externalId);
  if (upload === null) throw new Error(`no upload ${externalId}`);
  return upload;
}

/** The next event that fits, also one that came already. */
export async function eventually(server: TestServer, fits: (event: JournalEvent) => boolean): Promise<JournalEvent> {
  const known = server.events.find(fits);
  if (known !== undefined) return known;
  return new Promise((resolve) => {
    const stop = server.app.events.subscribe((news) => {
      const found = news.find(fits);
      if (found === undefined) return;
      stop();
      resolve(found);
    });
  });
}

type Body = NonNullable<NonNullable<Parameters<typeof fetch>[1]>['body']>;

function testConfig(world: UploadWorld): Config {
  const config = defaultConfig();
  return {
    ...config,
    globalTokens: [{ service: 'github', token: world.G }],
    worker: { ...config.worker, concurrency: 1 },
    uploads: { ...config.uploads, createRepositories: false },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
