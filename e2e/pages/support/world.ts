import { makeRepository, type TestRepository } from '../../../packages/cli/test/repository.ts';
import type { Account, Pages } from './pages.ts';

/** What every page has something to show of. */
export interface World {
  /** `/gh/acme/roof` */
  readonly repository: string;
  /** Newest commit of `main`, with a good, a broken, an empty and an unmatched upload. */
  readonly head: string;
  /** Its parent, whole. */
  readonly parent: string;
  /** Head of `feature/eaves`. */
  readonly feature: string;
  /** A commit of which nothing arrived but a broken report. */
  readonly broken: string;
  /** External ids of the uploads of `head`, in the order in which they were sent. */
  readonly uploads: readonly string[];
  /** May read the repository, and no more. */
  readonly reader: Account;
  /** May read nothing. */
  readonly stranger: Account;
}

const REPOSITORY = 'gh/acme/roof';

/** Between two commits: the last one is made now. */
const STEP_SECONDS = 6 * 86_400;

/** Makes a repository with history, sources and every kind of upload, by the addresses that CI uses. */
export async function makeWorld(pages: Pages): Promise<World> {
  const clone = makeRepository({ first: Math.floor(Date.now() / 1000) - 5 * STEP_SECONDS, between: STEP_SECONDS });
  try {
    await sendCommit(pages, clone, { message: 'Raise the frame', missed: 2 });
    await sendCommit(pages, clone, { message: 'Tie the battens', missed: 3 });
    const parent = await sendCommit(pages, clone, { message: 'Lay the first course', missed: 7 });
    const head = await sendCommit(pages, clone, { message: 'Lay the second course (#12)', missed: 6 });
    const uploads = await sendUnusual(pages, head);
    clone.git('switch', '--quiet', '--create', 'feature/eaves');
    const feature = await sendCommit(pages, clone, { message: 'Cut the eaves', missed: 3, branch: 'feature/eaves' });
    const broken = clone.commit('Break the report');
    await send(pages, broken, { branch: 'broken', report: 'this is no report', job: 'broken' });
    await pages.upload({ repository: 'gh/acme/eaves' });
    await pages.upload({ repository: 'gl/guild:masters/thatch' });
    return {
      repository: `/${REPOSITORY}`,
      head,
      parent,
      feature,
      broken,
      uploads,
      reader: await pages.account('rita', `${REPOSITORY}=reader`),
      stranger: await pages.account('otto'),
    };
  } finally {
    clone.remove();
  }
}

interface Commit {
  readonly message: string;
  /** Every so manieth line is missed. */
  readonly missed: number;
  readonly branch?: string;
}

async function sendCommit(pages: Pages, clone: TestRepository, { message, missed, branch = 'main' }: Commit) {
  for (const [path, lines] of FILES) clone.write(path, sourceOf(path, lines, message));
  const sha = clone.commit(message);
  clone.write('coverage/lcov.info', FILES.map(([path, lines]) => recordOf(path, lines, missed)).join(''));
  const words = ['--branch', branch, '--file', 'coverage/lcov.info', '--flag', 'unit', '--name', `unit of ${branch}`];
  const ended = await pages.uploadFrom(clone.folder, REPOSITORY, ...words);
  if (ended.status !== 0) throw new Error(ended.text);
  return sha;
}

/** A second flag, and one upload of each kind that does not count. Gives all ids of the commit. */
async function sendUnusual(pages: Pages, sha: string): Promise<readonly string[]> {
  const endToEnd = FILES.slice(0, 3).map(([path, lines]) => recordOf(path, lines, 3));
  await send(pages, sha, { flags: ['e2e'], job: 'browser', report: endToEnd.join('') });
  await send(pages, sha, { flags: ['unit'], job: 'win', report: recordOf('C:/agent/work/1/out/tiles.c', 20, 4) });
  await send(pages, sha, { flags: ['nightly'], job: 'night', report: 'TN:\nSF:src/ridge.ts\nend_of_record\n' });
  await send(pages, sha, { flags: ['unit'], job: 'cut', report: '<?xml version="1.0"?><coverage><packages><pack' });
  const rows = await pages.instance.query(
    `select external_id from uploads join commits on commits.id = uploads.commit_id where sha = $1 order by uploads.id`,
    [sha],
  );
  return rows.map((row) => String(row['external_id']));
}

async function send(
  pages: Pages,
  sha: string,
  { report, branch = 'main', flags, job }: { report: string; branch?: string; flags?: string[]; job: string },
): Promise<void> {
  await pages.upload({ repository: REPOSITORY, sha, branch, report, flags, job, name: job });
}

/** Paths and how many lines each has. */
const FILES: readonly (readonly [path: string, lines: number])[] = [
  ['src/ridge.ts', 120],
  ['src/eaves/overhang.ts', 60],
  ['src/eaves/gutter/outlet.ts', 40],
  ['src/courses/straw.py', 80],
  ['src/courses/bundles/bind.go', 90],
  ['src/courses/bundles/a-name-so-long-that-it-does-not-fit-beside-the-numbers-of-a-narrow-table.ts', 30],
  ['lib/main/java/dev/acme/roof/Ridge.java', 50],
  ['README.ts', 6],
];

function sourceOf(path: string, lines: number, message: string): string {
  const text = [`// ${path}: ${message}`];
  for (let line = 2; line <= lines; line++) {
    text.push(
      line % 5 === 0 ? '' : `  if (straw[${line}] === undefined) return lay(course, 'row ${line}', ${line * 3});`,
    );
  }
  return `${text.join('\n')}\n`;
}

/** A record of lcov: hits, every `missed`-th line missed, a partial one now and then. */
function recordOf(path: string, lines: number, missed: number): string {
  const written = ['TN:', `SF:${path}`];
  for (let line = 2; line <= lines; line++) {
    if (line % 5 === 0) continue;
    written.push(`DA:${line},${line % missed === 0 ? 0 : line}`);
    if (line % 11 === 0) written.push(`BRDA:${line},0,0,1`, `BRDA:${line},0,1,0`);
  }
  return `${written.join('\n')}\nend_of_record\n`;
}
