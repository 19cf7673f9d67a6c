import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloneRepository, makeRepository, type TestRepository } from '../../test/repository.ts';
import { collectOptions } from './arguments.ts';
import { detectCi } from './ci/detect.ts';
import { resolveContext, type ContextResult } from './context.ts';
import type { Environment } from './environment.ts';
import { readCheckout } from './git/checkout.ts';
import { gatherMeta } from './meta.ts';
import { checkOptions } from './options.ts';

let source: TestRepository;
let base: string;
let pushed: string;
let merge: string;

/** A trial merge of a pull request as forges make it: first parent is the target, second what was pushed. */
beforeAll(() => {
  source = makeRepository();
  source.write('a.c', 'int a;\n');
  source.write('.github/codecov.yml', 'coverage: {}\n');
  const root = source.commit('Root');
  source.write('b.c', 'int b;\n');
  base = source.commit('Base');
  source.git('switch', '--quiet', '--create', 'fix', root);
  source.write('c.c', 'int c;\n');
  pushed = source.commit('Fix');
  source.git('checkout', '--quiet', '--detach', 'main');
  source.git('merge', '--quiet', '--no-ff', '--message', `Merge ${pushed} into ${base}`, 'fix');
  merge = source.git('rev-parse', 'HEAD');
  source.git('update-ref', 'refs/pull/7/merge', merge);
});

afterAll(() => source.remove());

async function resolveIn(
  folder: string | null,
  environment: Environment,
  given: Readonly<Record<string, unknown>> = {},
): Promise<ContextResult> {
  const options = checkOptions(collectOptions({ repo: 'gh/acme/web', ...given }, []));
  if (!options.ok) throw new Error(options.message);
  const found = folder === null ? null : await readCheckout(folder);
  return resolveContext(options.options, detectCi(environment), found?.kind === 'checkout' ? found.checkout : null);
}

async function contextIn(folder: string | null, environment: Environment, given?: Readonly<Record<string, unknown>>) {
  const result = await resolveIn(folder, environment, given);
  if (!result.ok) throw new Error(result.message);
  return { ...result.context, notices: result.notices };
}

const GITHUB_PULL = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REF: 'refs/pull/7/merge',
  GITHUB_HEAD_REF: 'fix',
  GITHUB_BASE_REF: 'main',
};

describe('the commit', () => {
  test('is HEAD, with its branch, when nobody says otherwise', async () => {
    const clone = cloneRepository(source, '--branch=fix');
    expect(await contextIn(clone.folder, {})).toMatchObject({
      commit: { sha: pushed, object: { sha: pushed }, built: null },
      branch: 'fix',
      ci: 'local',
      notices: [],
    });
    clone.remove();
  });

  test('of a pull request is what was pushed, and the trial merge is what was built', async () => {
    const { commit, pull } = await contextIn(source.folder, { ...GITHUB_PULL, GITHUB_SHA: merge });
    expect(pull).toBe(7);
    expect(commit).toMatchObject({
      sha: pushed,
      object: { sha: pushed },
      built: { sha: merge, parents: [base, pushed] },
    });
  });

  test('of a pull request is found in a shallow clone, where git hides the parents', async () => {
    const clone = cloneRepository(source, '--depth=1');
    clone.git('fetch', '--quiet', '--depth=1', 'origin', 'refs/pull/7/merge');
    clone.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    const { commit, notices } = await contextIn(clone.folder, { ...GITHUB_PULL, GITHUB_SHA: merge });
    expect(commit).toMatchObject({ sha: pushed, object: null, built: { sha: merge } });
    expect(notices).toEqual([]);
    clone.remove();
  });

  test('of a pull request is HEAD when the workflow checked out the pushed commit itself', async () => {
    const clone = cloneRepository(source, '--branch=fix');
    expect((await contextIn(clone.folder, { ...GITHUB_PULL, GITHUB_SHA: merge })).commit).toMatchObject({
      sha: pushed,
      built: null,
    });
    clone.remove();
  });

  test('of a pull request stays a merge commit that somebody made on the branch', async () => {
    const clone = cloneRepository(source, '--branch=fix');
    clone.git('merge', '--quiet', '--no-ff', '--message', 'Take over main', 'origin/main');
    const head = clone.git('rev-parse', 'HEAD');
    expect((await contextIn(clone.folder, { ...GITHUB_PULL, GITHUB_SHA: merge })).commit).toMatchObject({
      sha: head,
      built: null,
    });
    clone.remove();
  });

  test('of a merge that the target was merged into is the first parent (Jenkins)', async () => {
    const clone = cloneRepository(source, '--branch=fix');
    clone.git('merge', '--quiet', '--no-ff', '--message', "Merge commit 'main'", 'origin/main');
    const jenkins = { JENKINS_URL: 'https://j.example', CHANGE_ID: '7', CHANGE_TARGET: 'main', CHANGE_BRANCH: 'fix' };
    expect((await contextIn(clone.folder, jenkins)).commit).toMatchObject({
      sha: pushed,
      built: { parents: [pushed, base] },
    });
    clone.remove();
  });

  test('on a branch is a merge commit itself, without pull request [bug there]', async () => {
    const teamcity = { TEAMCITY_VERSION: '1', BRANCH_NAME: 'main' };
    expect((await contextIn(source.folder, teamcity)).commit).toMatchObject({ sha: merge, built: null });
  });

  test('given by option beats the CI and git, and may be short', async () => {
    const clone = cloneRepository(source, '--branch=fix');
    const { commit, branch, notices } = await contextIn(
      clone.folder,
      { GIT_COMMIT: pushed },
      { commit: base.slice(0, 9) },
    );
    expect(commit).toMatchObject({ sha: base, object: { sha: base }, built: null });
    expect(branch).toBeNull();
    expect(notices).toEqual([expect.stringContaining('is checked out')]);
    clone.remove();
  });

  test('that the clone does not hold is uploaded with a notice', async () => {
    const { commit, notices } = await contextIn(source.folder, {}, { commit: 'e'.repeat(40) });
    expect(commit).toEqual({ sha: 'e'.repeat(40), object: null, built: null });
    expect(notices).toEqual([expect.stringContaining('is not in this clone')]);
  });

  test('is taken from the CI where there is no clone, and asked for where there is neither', async () => {
    expect((await contextIn(null, { GIT_COMMIT: pushed })).commit).toEqual({ sha: pushed, object: null, built: null });
    expect(await resolveIn(null, {})).toMatchObject({ ok: false, option: '--commit SHA' });
  });
});

describe('the repository', () => {
  const commit = 'a'.repeat(40);

  test.each([
    ['gh/acme/web', {}, 'github/acme/web'],
    ['GitLab/group/sub/app', {}, 'gitlab/group/sub/app'],
    ['acme/web', {}, 'git/acme/web'],
    ['acme/web', { GITHUB_ACTIONS: '1' }, 'github/acme/web'],
    ['group/sub/app', { GITLAB_CI: '1' }, 'gitlab/group/sub/app'],
    ['/forgejo/acme/web/', {}, 'gitea/acme/web'],
  ])('%s with %j is %s', async (repo, environment, expected) => {
    expect((await contextIn(null, environment, { repo, commit })).repository).toBe(expected);
  });

  test.each(['web', 'gh/acme/..', 'gh/acme/we b', 'https://github.com/acme/web'])('"%s" is refused', async (repo) => {
    expect(await resolveIn(null, {}, { repo, commit })).toMatchObject({
      ok: false,
      option: '--repo SERVICE/OWNER/NAME',
    });
  });

  test('is what the CI says, else the remote of the clone, else asked for', async () => {
    const clone = cloneRepository(source);
    clone.git('remote', 'set-url', 'origin', 'ssh://git@bitbucket.acme.example:7999/team/web.git');
    expect((await contextIn(clone.folder, {}, { repo: '' })).repository).toBe('bitbucket_server/team/web');
    const ci = { GITHUB_ACTIONS: '1', GITHUB_REPOSITORY: 'acme/other' };
    expect((await contextIn(clone.folder, ci, { repo: '' })).repository).toBe('github/acme/other');
    clone.remove();
    expect(await resolveIn(source.folder, {}, { repo: '' })).toMatchObject({
      ok: false,
      option: '--repo SERVICE/OWNER/NAME',
    });
  });
});

describe('what is told about the commit (upload-protocol §8.3)', () => {
  const gather = async (folder: string, environment: Environment, given: Readonly<Record<string, unknown>> = {}) => {
    const found = await readCheckout(folder);
    if (found.kind !== 'checkout') throw new Error(found.reason);
    const result = await resolveIn(folder, environment, given);
    if (!result.ok) throw new Error(result.message);
    return gatherMeta(result.context, found.checkout, null);
  };

  test('is whole for a trial merge: both commits, the files that were built, the diff of what was pushed', async () => {
    const clone = cloneRepository(source);
    clone.git('fetch', '--quiet', 'origin', 'refs/pull/7/merge');
    clone.git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
    const { meta, ancestors, notices } = await gather(clone.folder, { ...GITHUB_PULL, GITHUB_SHA: merge });
    const root = source.git('rev-parse', `${base}^`);
    expect(meta).toMatchObject({
      schema: 'thatch-meta/1',
      commit: { sha: pushed, parents: [root], tree: source.git('rev-parse', `${pushed}^{tree}`), message: 'Fix' },
      built: { sha: merge, parents: [base, pushed], tree: source.git('rev-parse', `${merge}^{tree}`) },
      ref: { branch: 'fix', pull: 7, base_branch: 'main', tag: null },
      base: { sha: root, how: 'merge-base' },
      diff: { base: root, format: 'git-unified', text: expect.stringContaining('+++ b/c.c') },
      config: { path: '.github/codecov.yml', text: 'coverage: {}\n' },
    });
    expect(meta.diff?.text).not.toContain('b.c');
    expect(meta.built?.diff).toMatchObject({ base: pushed, text: expect.stringContaining('+++ b/b.c') });
    expect(Object.keys(meta.files ?? {})).toEqual(['.github/codecov.yml', 'a.c', 'b.c', 'c.c']);
    expect(meta.history?.map(([sha]) => sha)).toEqual([root]);
    expect(ancestors).toEqual([root]);
    expect(notices).toEqual([]);
    clone.remove();
  });

  test('lacks diff, base and false history in a shallow clone, which is told', async () => {
    const clone = cloneRepository(source, '--depth=1', '--branch=fix');
    const { meta, notices } = await gather(clone.folder, {});
    expect(meta.diff).toBeUndefined();
    expect(meta.base).toBeUndefined();
    expect(meta.history).toEqual([]);
    expect(meta.commit.parents).toEqual([source.git('rev-parse', `${pushed}^`)]);
    expect(Object.keys(meta.files ?? {})).toEqual(['.github/codecov.yml', 'a.c', 'c.c']);
    expect(notices).toEqual([expect.stringContaining('shallow clone')]);
    clone.remove();
  });

  test('is the sha alone for a commit that the clone does not hold', async () => {
    const { meta, files } = await gather(source.folder, {}, { commit: 'e'.repeat(40) });
    expect(Object.keys(meta)).toEqual(['schema', 'commit', 'ref']);
    expect(meta.commit).toEqual({ sha: 'e'.repeat(40) });
    expect(files.size).toBe(0);
  });

  test('names ancestors by distance, not by date', async () => {
    const other = makeRepository();
    const shas = ['one', 'two', 'three', 'four'].map((message) => other.commit(message));
    const { ancestors } = await gather(other.folder, {});
    expect(ancestors).toEqual([shas[2], shas[1], shas[0]]);
    other.remove();
  });
});
