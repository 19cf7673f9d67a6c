import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a folder of its own. */
export interface TestRepository {
  readonly folder: string;
  /** Runs git in it and gives the trimmed output. */
  git(...words: readonly string[]): string;
  write(path: string, contents: string | Uint8Array): void;
  /** Stages everything and commits it; gives the sha. Every commit is a minute later than the one before, unless told otherwise. */
  commit(message: string): string;
  remove(): void;
}

/** People and clocks do not depend on the machine, nor does the configuration. */
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@acme.example',
  GIT_COMMITTER_NAME: 'Carl Committer',
  GIT_COMMITTER_EMAIL: 'carl@acme.example',
};

/** When commits were made, in seconds. */
export interface CommitTimes {
  /** Of the first one, since 1970. */
  readonly first?: number;
  readonly between?: number;
}

const FIRST_COMMIT = Date.UTC(2026, 7, 1, 8, 0) / 1000;

export function makeRepository(times: CommitTimes = {}): TestRepository {
  const folder = makeFolder();
  const repository = repositoryAt(folder, times);
  repository.git('init', '--quiet', '--initial-branch=main');
  return repository;
}

/** Clones another one; `words` go to `git clone`. */
export function cloneRepository(source: TestRepository, ...words: readonly string[]): TestRepository {
  const folder = makeFolder();
  const repository = repositoryAt(folder);
  repository.git('clone', '--quiet', ...words, `file://${source.folder}`, '.');
  return repository;
}

export function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'thatch-upload-')));
}

function repositoryAt(folder: string, { first = FIRST_COMMIT, between = 60 }: CommitTimes = {}): TestRepository {
  let commits = 0;
  const git = (...words: readonly string[]): string => {
    const time = `${first + between * commits} +0200`;
    const env = { ...ENVIRONMENT, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time };
    return execFileSync('git', words, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  };
  return {
    folder,
    git,
    write(path, contents) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), contents);
    },
    commit(message) {
      commits++;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
