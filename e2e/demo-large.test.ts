import { afterAll, beforeAll, expect, test } from 'vitest';
import { RUNNERS } from '../packages/cli/src/demo/large/history.ts';
import { sendAll } from '../packages/cli/src/demo/large/send.ts';
import { demoUploads } from '../packages/cli/src/demo/large/uploads.ts';
import { startInstance, type Instance } from './support/instance.ts';

/*
 * The large demo against a real server: its first commit and its last ones only, as the rest is more of the same. Among
 * them is the one whose uploads fail.
 */

const REPOSITORY = 'git/demo/granary';
const LAST = 3;

let instance: Instance;
let sha: string;
/** How many the first commit has. */
let texts: number;

beforeAll(async () => {
  instance = await startInstance();
  const all = [...demoUploads(REPOSITORY)];
  const commits = [all[0], ...all.slice(-LAST)];
  texts = Object.keys(all[0].uploads[0].meta!.sources).length;
  sha = commits.find(({ commit }) => commit.branch === RUNNERS)!.commit.sha;
  const token = await instance.thatch('token', 'create', '--repo', REPOSITORY);
  const destination = { url: instance.url, token, repository: REPOSITORY };
  const sent = await sendAll(destination, commits, () => {}, new AbortController().signal);
  expect(sent.commits).toBe(commits.length);
});
afterAll(() => instance.remove());

test('four suites are merged into one report of a few hundred files', async () => {
  const [commit] = await instance.query(
    "select * from commits where branch = 'main' order by committed_at desc limit 1",
  );
  expect(commit).toMatchObject({ sessions: 4, files: 328 });
  const share = Number(commit['hits']) / Number(commit['lines']);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.8);
});

test('an upload of each family of errors does not count, or not whole, for its own reason', async () => {
  const uploads = await instance.query(
    `select u.name, u.state, u.error_code, array_agg(distinct p.code order by p.code) as problems
      from uploads u join commits c on c.id = u.commit_id join upload_problems p on p.upload_id = u.id
      where c.sha = $1 group by 1, 2, 3`,
    [sha],
  );
  expect(Object.fromEntries(uploads.map(({ name, ...rest }) => [name, rest]))).toEqual({
    'win-3.12': { state: 'error', error_code: 'report_empty', problems: ['report_empty'] },
    macos: { state: 'error', error_code: 'unsupported_file_format', problems: ['unsupported_file_format'] },
    linux: { state: 'error', error_code: 'unsupported_file_format', problems: ['unsupported_file_format'] },
    bundled: { state: 'error', error_code: 'report_empty', problems: ['path_unmatched'] },
    cached: { state: 'error', error_code: 'report_expired', problems: ['report_expired'] },
    arm64: { state: 'merged', error_code: null, problems: ['file_truncated'] },
    nightly: { state: 'merged', error_code: null, problems: ['number_clamped', 'record_unreadable'] },
    fuzz: { state: 'merged', error_code: null, problems: ['limit_exceeded'] },
  });
});

test('commits have their message, author and time, and covered files their text', async () => {
  const commits = await instance.query(
    'select message, author_name, committed_at from commits where report_key is not null',
  );
  for (const commit of commits) {
    expect(commit['message']).toMatch(/\w/);
    expect(commit['author_name']).toMatch(/\w/);
  }
  const times = commits.map((commit) => (commit['committed_at'] as Date).getTime());
  const day = 86_400_000;
  expect(Date.now() - Math.max(...times)).toBeGreaterThan(0);
  expect(Date.now() - Math.max(...times)).toBeLessThan(day);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(180 * day);
  const [{ count }] = await instance.query('select count(*)::int as count from sources where object_key is not null');
  expect(count).toBe(texts);
});
