import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { addToGraph, nearestCoveredAncestor, parentsInGraph } from '../../src/database/queries/graph.ts';
import { readFileOfCommit } from '../../src/pipeline/sources.ts';
import type { UploadStatus } from '../../src/presenters/upload-status.ts';
import { type Answered, newSha, send, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { commitOf, uploadsOf } from '../support/web.ts';

const server = useTestServer();

interface MetaAnswer {
  readonly commit: string;
  readonly stored: readonly string[];
  readonly need: { readonly blobs: readonly string[]; readonly commits: readonly string[] };
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

function meta(
  document: object,
  { token = server.world.R, repo = 'gh/acme/web' }: { token?: string | null; repo?: string } = {},
) {
  return send(`${server.url}/upload/meta?repo=${repo}`, {
    token,
    body: gzipSync(JSON.stringify({ schema: 'thatch-meta/1', ...document })),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  });
}

function answerOf({ body }: Answered): MetaAnswer {
  return body as MetaAnswer;
}

function blobOf(bytes: string | Uint8Array, algorithm: 'sha1' | 'sha256' = 'sha1'): string {
  return createHash(algorithm)
    .update(`blob ${Buffer.byteLength(bytes)}\0`)
    .update(bytes)
    .digest('hex');
}

function report(...files: readonly string[]): string {
  return files.map((file) => `TN:\nSF:${file}\nDA:1,1\nDA:2,0\nend_of_record\n`).join('');
}

function upload(sha: string, body: string | FormData) {
  return send(`${server.url}/upload/coverage?commit=${sha}&wait=60`, { token: server.world.R, body });
}

const PERSON = { name: 'Ada', email: 'ada@example.org', time: '2026-08-01T10:00:00+02:00' };
const A_TEXT = 'int a;\nint b;\n';
const B_BYTES = Uint8Array.of(0, 255, 10, 200);

/** A document with everything in it; the covered files are src/a.c and src/b.bin. */
function wholeDocument(sha: string, parent: string, base: string) {
  return {
    commit: {
      sha,
      parents: [parent],
      tree: 'c0'.repeat(20),
      message: 'Fix\n\nBody',
      author: PERSON,
      committer: PERSON,
    },
    ref: { branch: 'fix', tag: null, pull: 12, pull_title: 'Fix it', base_branch: 'main', default_branch: 'trunk' },
    history: [
      [parent, [base], '2026-07-31T09:00:00Z'],
      [base, [], '2026-07-30T09:00:00Z'],
    ],
    base: { sha: base, how: 'merge-base' },
    diff: {
      base,
      format: 'git-unified',
      text: 'diff --git a/src/a.c b/src/a.c\n--- a/src/a.c\n+++ b/src/a.c\n@@ -1 +1 @@\n-x\n+int a;\n',
    },
    files: {
      'src/a.c': blobOf(A_TEXT),
      'src/b.bin': blobOf(B_BYTES),
      'docs/x.md': 'ab'.repeat(20),
      'vendor/src/a.c': 'cd'.repeat(20),
    },
    config: { path: 'codecov.yml', text: 'coverage: {}\n' },
    'a key of a later version': { anything: true },
  };
}

describe('row 59: metadata alone, then an upload', () => {
  test('the base is found through history, the diff is kept, the sources are asked for and shown', async () => {
    const [base, parent, sha] = [newSha(), newSha(), newSha()];
    await upload(base, report('src/a.c'));
    const told = await meta(wholeDocument(sha, parent, base));
    expect(told.status).toBe(200);
    expect(answerOf(told)).toEqual({
      commit: sha,
      stored: ['commit', 'ref', 'history', 'base', 'diff', 'files', 'config'],
      need: { blobs: [], commits: [] },
      problems: [],
    });
    const commit = await commitOf(server, sha);
    expect(commit).toMatchObject({
      branch: 'fix',
      pull: 12,
      parent_sha: parent,
      message: 'Fix\n\nBody',
      author_name: 'Ada',
      author_email: 'ada@example.org',
      authored_at: new Date('2026-08-01T08:00:00Z'),
      tree_sha: 'c0'.repeat(20),
      base_sha: base,
      base_how: 'merge-base',
      diff_base: base,
      config_path: 'codecov.yml',
      config_text: 'coverage: {}\n',
    });
    expect(Buffer.from((await server.app.objects.read(commit!.diff_key!))!).toString()).toMatch(
      /^diff --git a\/src\/a\.c/,
    );

    const answer = await upload(sha, report('/build/src/a.c', '/build/src/b.bin', '/build/not/in/the/tree.c'));
    expect(answer).toMatchObject({ status: 200, body: { state: 'judged', upload_totals: { files: 2, lines: 4 } } });

    const asked = answerOf(await meta({ commit: { sha } }));
    expect(asked.need.blobs.toSorted()).toEqual([blobOf(A_TEXT), blobOf(B_BYTES)].toSorted());
    const sent = answerOf(
      await meta({
        commit: { sha },
        sources: {
          [blobOf(A_TEXT)]: { text: A_TEXT },
          [blobOf(B_BYTES)]: { base64: Buffer.from(B_BYTES).toString('base64') },
        },
      }),
    );
    expect(sent).toMatchObject({ stored: ['commit', 'sources'], need: { blobs: [] } });
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'merged', files: 2, lines: 4 }]);
    const shown = await readFileOfCommit(server.app, commit!, 'src/a.c');
    expect(Buffer.from(shown!.bytes!).toString()).toBe(A_TEXT);
    expect((await readFileOfCommit(server.app, commit!, 'src/b.bin'))!.bytes).toEqual(Buffer.from(B_BYTES));
    expect(await readFileOfCommit(server.app, commit!, 'docs/x.md')).toEqual({ blob: 'ab'.repeat(20), bytes: null });
    expect(await readFileOfCommit(server.app, commit!, 'toString')).toBeNull();

    const status = await send(`${server.url}/upload/status?repo=gh/acme/web&commit=${sha}`, { token: server.world.R });
    expect(status.body).toMatchObject({ base: { sha: base, distance: 2 }, commit_totals: { files: 2 } });
    const { kysely } = server.app.database;
    const pull = await kysely.selectFrom('pulls').selectAll().where('number', '=', 12).executeTakeFirst();
    expect(pull).toMatchObject({ title: 'Fix it', base_branch: 'main', head_sha: sha });
    const repository = await kysely
      .selectFrom('repositories')
      .selectAll()
      .where('id', '=', server.world.web.id)
      .executeTakeFirst();
    expect(repository).toMatchObject({ uploader_default_branch: 'trunk', default_branch: null });
  });

  test('sources are asked for as soon as an upload is read, and once for a repository', async () => {
    const [first, second] = [newSha(), newSha()];
    const text = `${newSha()}\n`;
    const files = { 'src/new.c': blobOf(text) };
    await meta({ commit: { sha: first }, files });
    await upload(first, report('src/new.c'));
    expect(answerOf(await meta({ commit: { sha: first } })).need.blobs).toEqual([blobOf(text)]);
    await meta({ commit: { sha: first }, sources: { [blobOf(text)]: { text } } });
    await meta({ commit: { sha: second }, files });
    await upload(second, report('src/new.c'));
    expect(answerOf(await meta({ commit: { sha: second } })).need.blobs).toEqual([]);
  });

  test('as a part of a form, its list of files is used for the reports beside it', async () => {
    const sha = newSha();
    const document = {
      schema: 'thatch-meta/1',
      commit: { sha },
      files: { 'lib/deep/a.c': 'ab'.repeat(20) },
      history: 'x',
    };
    const send = (change: object) => {
      const form = new FormData();
      form.append('report', new Blob([report('deep/a.c')]), 'lcov.info');
      form.append(
        'meta',
        new Blob([zstdCompressSync(Buffer.from(JSON.stringify({ ...document, ...change })))]),
        'meta.json.zst',
      );
      return upload(sha, form);
    };
    const cases = [
      [{}, 'meta_invalid'],
      [{ history: [], commit: { sha: newSha() } }, 'meta_of_other_commit'],
    ] as const;
    for (const [change, code] of cases) {
      expect(await leavingNothing(server, () => send(change))).toMatchObject({ status: 400, body: { code } });
    }
    const answer = await send({
      history: [],
      diff: { base: newSha(), format: 'git-unified', text: 'x'.repeat((32 << 20) + 1) },
    });
    expect(answer).toMatchObject({ status: 200, body: { upload_totals: { files: 1 } } });
    // The diff that was too large is told with the upload.
    expect((answer.body as UploadStatus).problems).toContainEqual(
      expect.objectContaining({ code: 'diff_dropped', severity: 'notice' }),
    );
    expect(await commitOf(server, sha)).toMatchObject({ files_key: expect.any(String), diff_key: null });
  });

  test('a second document fills gaps and changes nothing; what contradicts is told', async () => {
    const [base, parent, sha] = [newSha(), newSha(), newSha()];
    const document = wholeDocument(sha, parent, base);
    await meta({ commit: { sha, tree: document.commit.tree, parents: [parent] } });
    await meta(document);
    const before = await commitOf(server, sha);
    expect(before).toMatchObject({ message: 'Fix\n\nBody', base_sha: base });
    const other = await meta({
      ...document,
      commit: { ...document.commit, tree: 'd0'.repeat(20), message: 'Other', parents: [newSha()] },
      base: { sha: newSha(), how: 'given' },
      config: { path: 'other.yml', text: 'x: 1' },
    });
    expect(other.status).toBe(200);
    expect(
      answerOf(other)
        .problems.map(({ code }) => code)
        .toSorted(),
    ).toEqual(['parents_contradict', 'tree_contradicts']);
    const { updated_at: _before, parent_sha: _first, ...kept } = before!;
    expect(await commitOf(server, sha)).toMatchObject(kept);
    expect(await parentsInGraph(server.app.database.kysely, server.world.web.id, sha)).toEqual([parent]);
  });

  test('commits that are named and not in the graph are needed', async () => {
    const [parent, base, sha] = [newSha(), newSha(), newSha()];
    const answer = await meta({ commit: { sha, parents: [parent] }, base: { sha: base, how: 'parent' } });
    expect(answerOf(answer).need.commits).toEqual([parent, base]);
  });
});

describe('row 60: what is refused', () => {
  test('a wrong blob hash, in both hashes, and nothing of the document is kept', async () => {
    const sha = newSha();
    const right = { text: 'right' };
    for (const algorithm of ['sha1', 'sha256'] as const) {
      const sources = { [blobOf('right', algorithm)]: right, [blobOf('other', algorithm)]: { text: 'wrong' } };
      const answer = await leavingNothing(server, () => meta({ commit: { sha }, sources }));
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ code: 'blob_mismatch', detail: expect.any(String), hint: expect.any(String) });
    }
    expect((await meta({ commit: { sha }, sources: { [blobOf('right', 'sha256')]: right } })).status).toBe(200);
  });

  test('paths that leave the repository, in files and config', async () => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a\u0000b', '', 'a/..']) {
      const sha = newSha();
      for (const document of [{ files: { [path]: 'ab'.repeat(20) } }, { config: { path, text: 'x' } }]) {
        const answer = await leavingNothing(server, () => meta({ commit: { sha }, ...document }));
        expect(answer).toMatchObject({ status: 400, body: { detail: expect.any(String), hint: expect.any(String) } });
      }
      const files = await meta({ commit: { sha }, files: { [path]: 'ab'.repeat(20) } });
      expect(files).toMatchObject({ body: { code: 'path_invalid' } });
    }
    const odd = { __proto__x: 'ab'.repeat(20), 'a..b': 'ab'.repeat(20), '.hidden/..x': 'ab'.repeat(20) };
    expect((await meta({ commit: { sha: newSha() }, files: odd })).status).toBe(200);
  });

  test('what breaks the schema is named', async () => {
    const sha = newSha();
    const cases: readonly [object, string][] = [
      [{}, 'commit'],
      [{ commit: {} }, 'commit.sha'],
      [{ commit: { sha: sha.slice(0, 7) } }, 'commit.sha'],
      [{ commit: { sha, parents: Array.from({ length: 65 }, newSha) } }, 'commit.parents'],
      [{ commit: { sha, author: { ...PERSON, time: 'yesterday' } } }, 'commit.author.time'],
      [{ commit: { sha }, history: [['x', [], PERSON.time]] }, 'history.0.0'],
      [{ commit: { sha }, base: { sha, how: 'guessed' } }, 'base.how'],
      [{ commit: { sha }, ref: { pull: 'x' } }, 'ref.pull'],
      [{ commit: { sha }, schema: 'thatch-meta/2' }, 'schema'],
      [{ commit: { sha }, files: ['x'] }, 'files'],
      [{ commit: { sha }, files: { x: 'no blob' } }, 'files'],
      [{ commit: { sha }, sources: { x: { text: '' } } }, 'sources'],
      [{ commit: { sha }, sources: { [blobOf('')]: {} } }, 'sources'],
      [{ commit: { sha }, diff: { base: sha, format: 'other', text: '' } }, 'diff'],
    ];
    for (const [document, name] of cases) {
      const answer = await leavingNothing(server, () => meta(document));
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'meta_invalid', detail: expect.stringMatching(new RegExp(`^${name}`)), hint: expect.any(String) },
      });
    }
  });

  test('what is no JSON, or damaged, or has no end', async () => {
    const address = `${server.url}/upload/meta?repo=gh/acme/web`;
    const { R: token } = server.world;
    const packed = gzipSync('{"schema": "thatch-meta/1"}');
    for (const body of ['', 'x', '[]', '"x"', packed.subarray(0, 20), Buffer.from('{"a": "\xff"}', 'latin1')]) {
      const answer = await leavingNothing(server, () => send(address, { token, method: 'POST', body }));
      expect(answer).toMatchObject({ status: 400, body: { code: 'meta_unreadable' } });
    }
    const bomb = gzipSync(Buffer.alloc(410 << 20), { level: 9 });
    expect(await send(address, { token, body: bomb })).toMatchObject({ status: 413, body: { code: 'meta_too_large' } });
  });

  test('everybody without a token, on public repositories and fork branches too', async () => {
    const sha = newSha();
    const document = { commit: { sha }, ref: { branch: 'me:fix' } };
    expect((await meta(document, { token: null })).status).toBe(401);
    expect((await meta(document, { token: server.world.X })).status).toBe(401);
    expect((await meta(document, { token: server.world.P })).status).toBe(403);
    await server.app.database.kysely.updateTable('owners').set({ token_required: false }).execute();
    expect((await meta(document, { token: null })).status).toBe(401);
    const form = new FormData();
    form.append('report', new Blob([report('a.c')]), 'lcov.info');
    form.append('meta', new Blob([JSON.stringify({ schema: 'thatch-meta/1', ...document })]), 'meta.json');
    const part = await send(`${server.url}/upload/coverage?repo=gh/acme/web&commit=${sha}`, { body: form });
    expect(part).toMatchObject({ status: 401, body: { code: 'meta_needs_token' } });
    await server.app.database.kysely.updateTable('owners').set({ token_required: true }).execute();
    expect(await commitOf(server, sha)).toBeNull();
  });
});

test('limits cut or drop, and say so', async () => {
  const sha = newSha();
  const large = 'x'.repeat((2 << 20) + 1);
  const answer = answerOf(
    await meta({
      commit: { sha, message: 'ä'.repeat(40_000) },
      history: Array.from({ length: 2001 }, () => [newSha(), [], PERSON.time]),
      sources: { [blobOf(large)]: { text: large } },
      config: { path: 'codecov.yml', text: 'x'.repeat((256 << 10) + 1) },
    }),
  );
  expect(answer.problems.map(({ code }) => code).toSorted()).toEqual([
    'config_dropped',
    'history_cut',
    'sources_dropped',
  ]);
  expect(answer.stored).toEqual(['commit', 'history']);
  const commit = await commitOf(server, sha);
  expect(Buffer.byteLength(commit!.message!)).toBe(65_536);
  expect(commit!.config_text).toBeNull();
});

describe('the nearest covered ancestor', () => {
  async function covered(sha: string): Promise<void> {
    const row = { repository_id: server.world.web.id, sha, report_key: 'v4/x' };
    await server.app.database.kysely.insertInto('commits').values(row).execute();
  }

  async function graph(...rows: readonly (readonly [string, ...string[]])[]): Promise<void> {
    const given = rows.map(([sha, ...parents]) => ({ sha, parents, committedAt: null }));
    await addToGraph(server.app.database.kysely, server.world.web.id, given);
  }

  const find = (sha: string) => nearestCoveredAncestor(server.app.database.kysely, server.world.web.id, sha);

  test('is found however far it is', async () => {
    const line = Array.from({ length: 5000 }, newSha);
    await graph(...line.slice(0, -1).map((sha, index): [string, string] => [sha, line[index + 1]]));
    await covered(line.at(-1)!);
    await covered(line[0]);
    expect(await find(line[0])).toEqual({ sha: line.at(-1), distance: 4999 });
  });

  test('is the first of equally near parents, and never one behind a nearer one', async () => {
    const [merge, first, second, root] = [newSha(), newSha(), newSha(), newSha()];
    await graph([merge, first, second], [first, root], [second, root]);
    await covered(root);
    expect(await find(merge)).toEqual({ sha: root, distance: 2 });
    await covered(second);
    expect(await find(merge)).toEqual({ sha: second, distance: 1 });
    await covered(first);
    expect(await find(merge)).toEqual({ sha: first, distance: 1 });
  });

  test('is none where the graph ends or runs in a circle', async () => {
    const [one, other] = [newSha(), newSha()];
    await graph([one, other], [other, one]);
    expect(await find(one)).toBeNull();
    expect(await find(newSha())).toBeNull();
  });
});
