import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { findCommit, findCommitById, saveCommit, saveMerge } from '../../src/database/queries/commits.ts';
import { problemsOf } from '../../src/database/queries/upload-problems.ts';
import { markStored, uploadsOfCommit } from '../../src/database/queries/uploads.ts';
import type { Commit, Upload } from '../../src/database/tables.ts';
import { rawKey } from '../../src/objects/keys.ts';
import { parse } from '../../src/pipeline/parse.ts';
import { openUpload, storeUpload, type UploadFacts } from '../../src/pipeline/receive.ts';
import { reconcile } from '../../src/pipeline/reconcile.ts';
import { Sweeper } from '../../src/pipeline/sweep.ts';
import { eventually, LCOV, newSha, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let app: App;
beforeAll(async () => {
  server = await startTestServer();
  app = server.app;
});
afterAll(() => server.stop());

const FACTS: UploadFacts = {
  via: 'own',
  kind: 'coverage',
  flags: [],
  name: null,
  job: null,
  build: null,
  build_url: null,
  ci: null,
  agent: null,
  package: null,
  env: null,
  isUnprotected: false,
  notices: [],
  options: {},
  idempotency: null,
};

const report = (line: number, count: number): string => `TN:\nSF:src/a.c\nDA:${line},${count}\nend_of_record\n`;

async function newCommit(): Promise<Commit> {
  const { id } = await repository();
  return saveCommit(app.database.kysely, id, { sha: newSha(), branch: 'main' }, { branch: false, parentAndPull: true });
}

async function repository(): Promise<{ id: number; is_active: boolean }> {
  return app.database.kysely
    .selectFrom('repositories')
    .select(['id', 'is_active'])
    .orderBy('id')
    .executeTakeFirstOrThrow();
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function upload(commit: Commit, text: string, facts: Partial<UploadFacts> = {}): Promise<Upload> {
  const row = await openUpload(app, await repository(), commit, { ...FACTS, ...facts });
  const stored = await storeUpload(app, row, bytes(text));
  if (stored.kind !== 'stored') throw new Error(stored.kind);
  return stored.upload;
}

/** Stores bytes and sends no message, as after a kill between the commit of the row and the message. */
async function storeQuietly(row: Upload, text: string): Promise<void> {
  const key = rawKey(row, crypto.randomUUID());
  const put = await app.objects.put(key, Buffer.from(text));
  if (put.kind !== 'stored') throw new Error(put.kind);
  await markStored(app.database.kysely, row.id, { ...put, rawKey: key });
}

async function complete(commit: Commit, uploads: number): Promise<Commit> {
  await eventually(server, ({ type, commitId, data }) => {
    const counts = data['uploads'] as { done: number; processing: number; error: number } | undefined;
    return type === 'commit.merged' && commitId === commit.id && counts!.done >= uploads && counts!.processing === 0;
  });
  return (await findCommitById(app.database.kysely, commit.id))!;
}

const hex = (digest: Uint8Array | null): string => Buffer.from(digest!).toString('hex');

describe('the pipeline', () => {
  test('carries an upload to a complete commit with its totals, and tells each step', async () => {
    const commit = await newCommit();
    const { external_id } = await upload(commit, LCOV, { flags: ['unit'] });
    const done = await complete(commit, 1);
    expect(done).toMatchObject({ state: 'complete', files: 1, lines: 2, hits: 1, misses: 1, sessions: 1 });
    expect((await app.objects.read(done.report_key!))!.length).toBeGreaterThan(0);
    const types = server.events.filter(({ commitId }) => commitId === commit.id).map(({ type }) => type);
    expect(types).toEqual(['upload.received', 'upload.parsed', 'commit.merged', 'commit.complete']);
    const [row] = await uploadsOfCommit(app.database.kysely, commit.id);
    expect(row).toMatchObject({ external_id, state: 'merged', formats: ['lcov'], files_in: 1, lines: 2 });
  });

  test('gives the same digest for the same uploads in any order', async () => {
    const reports = [report(1, 1), report(2, 0), report(2, 5)];
    const digests: string[] = [];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const commit = await newCommit();
      for (const index of order) await upload(commit, reports[index], { job: `job ${index}` });
      digests.push(hex((await complete(commit, 3)).report_digest));
    }
    expect(new Set(digests).size).toBe(1);
  });

  test('a later upload makes a complete commit pending, then complete again', async () => {
    const commit = await newCommit();
    await upload(commit, report(1, 1));
    await complete(commit, 1);
    await upload(commit, report(2, 0));
    expect(await complete(commit, 2)).toMatchObject({ state: 'complete', lines: 2, sessions: 2 });
  });

  test('a repeated attempt of the same job takes the place of the first, other jobs stay', async () => {
    const commit = await newCommit();
    const same = { job: 'test', build: '7', flags: ['unit'] };
    await upload(commit, report(1, 1), same);
    await complete(commit, 1);
    await upload(commit, report(1, 1), same);
    await complete(commit, 2);
    await upload(commit, report(1, 1), { ...same, job: 'other' });
    await upload(commit, report(1, 1), { flags: ['unit'] });
    await upload(commit, report(1, 1), { flags: ['unit'] });
    const done = await complete(commit, 5);
    const states = (await uploadsOfCommit(app.database.kysely, commit.id)).map(({ state }) => state);
    expect([states, done.sessions]).toEqual([['superseded', 'merged', 'merged', 'merged', 'merged'], 4]);
  });

  test('an upload without a token never takes the place of a trusted one', async () => {
    const commit = await newCommit();
    await upload(commit, report(1, 1), { job: 'test' });
    await complete(commit, 1);
    await upload(commit, report(1, 1), { job: 'test', isUnprotected: true });
    await complete(commit, 2);
    expect((await uploadsOfCommit(app.database.kysely, commit.id)).map(({ state }) => state)).toEqual([
      'merged',
      'merged',
    ]);
  });

  test('an upload without a line is an error with its reasons, its neighbours count', async () => {
    const commit = await newCommit();
    const broken = await upload(commit, 'no report at all\n');
    await eventually(server, ({ type, data }) => type === 'upload.error' && data['upload'] === broken.external_id);
    expect((await findCommitById(app.database.kysely, commit.id))!.state).toBe('error');
    await upload(commit, report(1, 1));
    const done = await complete(commit, 1);
    expect([done.state, done.lines]).toEqual(['complete', 1]);
    const problems = await problemsOf(app.database.kysely, [broken.id]);
    expect(problems.get(broken.id)).toMatchObject([{ code: 'unsupported_file_format', severity: 'error' }]);
  });

  test('a message that was lost is made good by the reconciler', async () => {
    const commit = await newCommit();
    const row = await openUpload(app, await repository(), commit, FACTS);
    await storeQuietly(row, LCOV);
    await reconcile(app, new Sweeper(app));
    expect((await complete(commit, 1)).lines).toBe(2);
  });

  test('a merge that saw fewer parts never overwrites one that saw more', async () => {
    const commit = await newCommit();
    await upload(commit, report(1, 1));
    await upload(commit, report(2, 1));
    const done = await complete(commit, 2);
    const late = {
      generation: done.merged_generation - 1,
      reportKey: 'v4/reports/late',
      digest: new Uint8Array(32),
      sessions: 1,
    };
    const totals = {
      files: 9,
      lines: 9,
      hits: 9,
      misses: 0,
      partials: 0,
      branches: 0,
      methods: 0,
      complexity: 0,
      complexityTotal: 0,
    };
    expect(await saveMerge(app.database.kysely, commit.id, { ...late, totals })).toBe(false);
    expect(await findCommitById(app.database.kysely, commit.id)).toEqual(done);
  });

  test('bytes that are replaced while they are read are not the ones that count', async () => {
    const commit = await newCommit();
    const row = await openUpload(app, await repository(), commit, FACTS);
    await storeQuietly(row, report(1, 1));
    const during = { ...app, workers: { ...app.workers, parse: replacing(row) } };
    await parse(during, { upload: row.id }, new AbortController().signal);
    const done = await complete(commit, 1);
    expect([done.lines, done.hits]).toEqual([2, 1]);

    function replacing({ external_id }: Upload): App['workers']['parse'] {
      let isFirst = true;
      return async (task, signal) => {
        const result = await app.workers.parse(task, signal);
        if (isFirst) {
          isFirst = false;
          const now = await app.database.kysely
            .selectFrom('uploads')
            .selectAll()
            .where('external_id', '=', external_id)
            .executeTakeFirstOrThrow();
          if (now.state === 'stored') await storeUpload(app, now, bytes(LCOV));
        }
        return result;
      };
    }
  });

  test('an upload that ends its thread again and again is set aside, with a reason', async () => {
    const commit = await newCommit();
    const row = await openUpload(app, await repository(), commit, FACTS);
    await storeQuietly(row, LCOV);
    const dying = {
      ...app,
      workers: { ...app.workers, parse: () => Promise.reject(new Error('the thread ran out of memory')) },
    };
    const signal = new AbortController().signal;
    await expect(parse(dying, { upload: row.id }, signal)).rejects.toThrow('out of memory');
    await expect(parse(dying, { upload: row.id }, signal)).rejects.toThrow('out of memory');
    await parse(dying, { upload: row.id }, signal);
    const [after] = await uploadsOfCommit(app.database.kysely, commit.id);
    expect([after.state, after.error_code, after.attempts]).toEqual(['error', 'unknown_processing', 3]);
    expect((await findCommit(app.database.kysely, commit.repository_id, commit.sha))!.state).toBe('error');
  });
});
