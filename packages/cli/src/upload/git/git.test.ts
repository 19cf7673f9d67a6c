import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneRepository, makeFolder, makeRepository, type TestRepository } from '../../../test/repository.ts';
import { readCheckout, type Checkout } from './checkout.ts';
import { parseCommit, readCommits, rfc3339 } from './commit.ts';
import { findBase, isAncestor, readDiff, readHistory, resolveRevision } from './history.ts';
import { git } from './run.ts';
import { blobSizes, listTree, readBlobs } from './tree.ts';

let repository: TestRepository;
let first: string;
let second: string;
let feature: string;
let merge: string;

/**
 * first ── second ── merge (main)
 *     └── feature ──┘
 */
beforeAll(() => {
  repository = makeRepository();
  repository.write('src/a.c', 'int a;\nint b;\nint more;\n');
  repository.write('src/größe\tund "mehr".c', 'int c;\n');
  repository.write('codecov.yml', 'coverage: {}\n');
  first = repository.commit('First\n\nWith a body.');
  repository.write('src/b.c', 'int d;\n');
  second = repository.commit('Second');
  repository.git('switch', '--quiet', '--create', 'feature', first);
  repository.git('mv', 'src/a.c', 'src/moved.c');
  repository.write('src/moved.c', 'int a;\nint b2;\nint more;\n');
  feature = repository.commit('Feature');
  repository.git('switch', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-ff', '--message', `Merge ${feature} into ${second}`, 'feature');
  merge = repository.git('rev-parse', 'HEAD');
});

afterAll(() => repository.remove());

const checkoutOf = async (folder: string): Promise<Checkout> => {
  const result = await readCheckout(folder);
  if (result.kind !== 'checkout') throw new Error(result.reason);
  return result.checkout;
};

const commitOf = async (sha: string) => (await readCommits(repository.folder, [sha]))[0];

describe('the clone', () => {
  test('tells its root, branch and head from a folder inside', async () => {
    const checkout = await checkoutOf(`${repository.folder}/src`);
    expect(checkout).toMatchObject({
      root: repository.folder,
      branch: 'main',
      isShallow: false,
      changedFiles: [],
      remote: null,
    });
    expect(checkout.head?.sha).toBe(merge);
  });

  test('has no branch when HEAD is detached', async () => {
    const clone = cloneRepository(repository);
    clone.git('checkout', '--quiet', '--detach', first);
    expect(await checkoutOf(clone.folder)).toMatchObject({ branch: null, defaultBranch: 'main', head: { sha: first } });
    clone.remove();
  });

  test('takes the remote origin, else the first, and keeps no credentials of it', async () => {
    const clone = cloneRepository(repository);
    clone.git('remote', 'rename', 'origin', 'upstream');
    clone.git('remote', 'set-url', 'upstream', 'https://me:secret@gitlab.com/group/sub/app.git');
    expect((await checkoutOf(clone.folder)).remote).toEqual({ host: 'gitlab.com', slug: 'group/sub/app' });
    clone.git('remote', 'add', 'origin', 'git@github.com:acme/web.git');
    expect((await checkoutOf(clone.folder)).remote).toEqual({ host: 'github.com', slug: 'acme/web' });
    clone.remove();
  });

  test('names tracked files that changed, and no others', async () => {
    const clone = cloneRepository(repository);
    clone.write('src/b.c', 'int changed;\n');
    clone.write('new.c', '');
    expect((await checkoutOf(clone.folder)).changedFiles).toEqual(['src/b.c']);
    clone.remove();
  });

  test('of a repository without commits has no head', async () => {
    const empty = makeRepository();
    expect(await checkoutOf(empty.folder)).toMatchObject({ head: null, branch: 'main' });
    empty.remove();
  });

  test('is said to be missing in an ordinary folder', async () => {
    expect(await readCheckout(makeFolder())).toEqual({ kind: 'none', reason: 'this folder is not in a git clone' });
  });
});

describe('commits', () => {
  test('carry people, times with their offset, tree, parents and the whole message', async () => {
    expect(await commitOf(first)).toEqual({
      sha: first,
      tree: repository.git('rev-parse', `${first}^{tree}`),
      parents: [],
      author: { name: 'Ann Author', email: 'ann@acme.example', time: '2026-08-01T10:01:00+02:00' },
      committer: { name: 'Carl Committer', email: 'carl@acme.example', time: '2026-08-01T10:01:00+02:00' },
      message: 'First\n\nWith a body.',
    });
    expect((await commitOf(merge)).parents).toEqual([second, feature]);
  });

  test('in a shallow clone name the parents that the clone does not hold', async () => {
    const clone = cloneRepository(repository, '--depth=1');
    const checkout = await checkoutOf(clone.folder);
    expect(checkout.isShallow).toBe(true);
    expect(checkout.head?.parents).toEqual([second, feature]);
    expect(await readCommits(clone.folder, [feature])).toEqual([]);
    clone.remove();
  });

  test('that are unknown, or no object ids, are left out', async () => {
    const commits = await readCommits(repository.folder, ['--help', 'f'.repeat(40), first, 'HEAD']);
    expect(commits.map((commit) => commit.sha)).toEqual([first]);
  });

  test('in another encoding are read in it', () => {
    const head =
      'tree ' +
      'a'.repeat(40) +
      '\nauthor Jos\u00e9 <j@x> 0 +0000\ncommitter Jos\u00e9 <j@x> 0 +0000\nencoding ISO-8859-1\n\nma\u00f1ana\n';
    const commit = parseCommit('b'.repeat(40), Buffer.from(head, 'latin1'));
    expect(commit).toMatchObject({ message: 'mañana', author: { name: 'José' } });
  });

  test('keep at most 64 KiB of a message, and skip the lines of a signature', () => {
    const people = 'author A <a@x> 0 +0000\ncommitter A <a@x> 0 +0000\ngpgsig -----BEGIN\n parent 0\n -----END\n\n';
    const commit = parseCommit('b'.repeat(40), Buffer.from(`tree ${'a'.repeat(40)}\n${people}${'x'.repeat(100_000)}`));
    expect(commit?.message.length).toBe(65_536);
    expect(commit?.parents).toEqual([]);
  });

  test.each([
    [1_785_571_200, '+0200', '2026-08-01T10:00:00+02:00'],
    [1_785_571_200, '-0330', '2026-08-01T04:30:00-03:30'],
    [0, '+0000', '1970-01-01T00:00:00Z'],
    [0, '+9999', '1970-01-01T00:00:00Z'],
    [1e18, '+0000', '9999-12-31T23:59:59Z'],
  ])('time %d %s is %s', (seconds, offset, expected) => {
    expect(rfc3339(seconds, offset)).toBe(expected);
  });
});

describe('the tree', () => {
  test('lists every file with its blob, also under names that git would quote', async () => {
    const listing = await listTree(repository.folder, second);
    expect([...(listing?.files.keys() ?? [])]).toEqual([
      'codecov.yml',
      'src/a.c',
      'src/b.c',
      'src/größe\tund "mehr".c',
    ]);
    expect(listing?.files.get('src/b.c')).toBe(repository.git('rev-parse', `${second}:src/b.c`));
  });

  test('leaves out submodules, and names that are not UTF-8', async () => {
    const other = makeRepository();
    other.write('a.c', '');
    writeFileSync(Buffer.from(`${other.folder}/caf\xe9.c`, 'latin1'), '');
    other.commit('One');
    other.git('update-index', '--add', '--cacheinfo', `160000,${first},module`);
    other.git('commit', '--quiet', '--message', 'Two');
    const listing = await listTree(other.folder, other.git('rev-parse', 'HEAD'));
    expect([...(listing?.files.keys() ?? [])]).toEqual(['a.c']);
    expect(listing?.unreadableNames).toBe(1);
    other.remove();
  });

  test('gives sizes and bytes of blobs only', async () => {
    const blob = repository.git('rev-parse', `${second}:src/b.c`);
    const asked = [blob, first, 'e'.repeat(40), '--batch-all-objects'];
    expect(await blobSizes(repository.folder, asked)).toEqual(new Map([[blob, 7]]));
    expect(await readBlobs(repository.folder, asked)).toEqual(new Map([[blob, Buffer.from('int d;\n')]]));
  });
});

describe('base and diff', () => {
  test('the base is the merge base with the usual branch', async () => {
    const clone = cloneRepository(repository, '--branch=feature');
    clone.git('update-ref', 'refs/remotes/origin/main', second);
    const [head] = await readCommits(clone.folder, [feature]);
    expect(await findBase(clone.folder, head, null, null)).toEqual({
      kind: 'found',
      base: { sha: first, how: 'merge-base' },
    });
    clone.remove();
  });

  test('a commit on that branch is compared with its first parent', async () => {
    expect(await findBase(repository.folder, await commitOf(second), null, null)).toEqual({
      kind: 'found',
      base: { sha: first, how: 'parent' },
    });
    expect(await findBase(repository.folder, await commitOf(first), null, null)).toEqual({ kind: 'none' });
  });

  test('origin/HEAD goes before a local main', async () => {
    const clone = cloneRepository(repository);
    clone.git('update-ref', 'refs/remotes/origin/develop', second);
    clone.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
    const [head] = await readCommits(clone.folder, [merge]);
    expect(await findBase(clone.folder, head, null, null)).toEqual({
      kind: 'found',
      base: { sha: second, how: 'merge-base' },
    });
    clone.remove();
  });

  test('the branch of the pull request goes before the usual ones', async () => {
    const clone = cloneRepository(repository);
    clone.git('update-ref', 'refs/remotes/origin/release/1', second);
    const [head] = await readCommits(clone.folder, [merge]);
    expect(await findBase(clone.folder, head, null, 'release/1')).toEqual({
      kind: 'found',
      base: { sha: second, how: 'merge-base' },
    });
    clone.remove();
  });

  test('a given base is found as sha, branch or branch of origin', async () => {
    const given = { kind: 'found', base: { sha: second, how: 'given' } };
    expect(await findBase(repository.folder, await commitOf(merge), second.slice(0, 10), null)).toEqual(given);
    const clone = cloneRepository(repository);
    const [head] = await readCommits(clone.folder, [merge]);
    // The clone has this branch at its remote only.
    expect(await findBase(clone.folder, head, 'feature', null)).toEqual({
      kind: 'found',
      base: { sha: feature, how: 'given' },
    });
    clone.remove();
  });

  test('a given base that is unknown, or an option in disguise, is told', async () => {
    for (const given of ['nowhere', '--output=x', '-h']) {
      expect(await findBase(repository.folder, await commitOf(merge), given, null)).toEqual({ kind: 'unknown', given });
    }
    expect(await resolveRevision(repository.folder, 'HEAD\nmain')).toBeNull();
  });

  test('ancestry is told, and false for what is unknown', async () => {
    expect(await isAncestor(repository.folder, first, merge)).toBe(true);
    expect(await isAncestor(repository.folder, merge, first)).toBe(false);
    expect(await isAncestor(repository.folder, 'e'.repeat(40), merge)).toBe(false);
  });

  test('the diff has renames, no context, plain names, and does not bend to the settings of the user', async () => {
    repository.git('config', 'diff.noprefix', 'true');
    repository.git('config', 'diff.context', '9');
    repository.git('config', 'diff.renames', 'false');
    repository.git('config', 'color.ui', 'always');
    repository.git('config', 'diff.external', 'false');
    const diff = await readDiff(repository.folder, first, feature);
    for (const name of ['diff.noprefix', 'diff.context', 'diff.renames', 'color.ui', 'diff.external'])
      repository.git('config', '--unset', name);
    expect(diff.ok && diff.text.split('\n')).toEqual([
      'diff --git a/src/a.c b/src/moved.c',
      expect.stringMatching(/^similarity index \d+%$/),
      'rename from src/a.c',
      'rename to src/moved.c',
      expect.stringMatching(/^index [0-9a-f]{40}\.\.[0-9a-f]{40} 100644$/),
      '--- a/src/a.c',
      '+++ b/src/moved.c',
      '@@ -2 +2 @@ int a;',
      '-int b;',
      '+int b2;',
      '',
    ]);
  });

  test('history is newest first, with parents and committer times', async () => {
    expect(await readHistory(repository.folder, [merge])).toEqual([
      [merge, [second, feature], expect.any(String)],
      [feature, [first], '2026-08-01T10:03:00+02:00'],
      [second, [first], '2026-08-01T10:02:00+02:00'],
      [first, [], '2026-08-01T10:01:00+02:00'],
    ]);
  });

  test('history of a shallow clone does not end with a false beginning', async () => {
    const clone = cloneRepository(repository, '--depth=1', '--branch=feature');
    expect(await readHistory(clone.folder, [feature])).toEqual([[feature, [first], '2026-08-01T10:03:00+02:00']]);
    clone.remove();
  });
});

describe('running git', () => {
  test('stops a command that prints more than it may', async () => {
    expect(await git(repository.folder, ['log', '-p'], { limit: 10 })).toMatchObject({
      ok: false,
      reason: 'too-large',
    });
  });

  test('hands on what git complains about', async () => {
    expect(await git(repository.folder, ['rev-parse', '--verify', 'nowhere'])).toMatchObject({
      ok: false,
      reason: 'refused',
      message: expect.stringContaining('Needed a single revision'),
    });
  });
});
