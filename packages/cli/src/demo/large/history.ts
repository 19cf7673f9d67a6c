import { blobId, commitId, treeId, type Person } from './git-objects.ts';
import type { Block, SourceFile } from './project.ts';
import { randomFor } from './random.ts';

/** A file as a commit has it. */
export interface FileAt {
  readonly file: SourceFile;
  readonly blocks: readonly Block[];
  readonly text: string;
  readonly blob: string;
}

/** A commit of the demo. */
export interface DemoCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly branch: string;
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
  /** Path → blob, files without coverage too. */
  readonly files: ReadonlyMap<string, string>;
  readonly sources: readonly FileAt[];
  /** Which state of the project it has; that of a branch is its base's, and what it adds. */
  readonly index: number;
}

export const MAIN = 'main';
/** How many commits `main` has. */
export const COMMITS = 112;
/** When the demo was made up: commits end here, and are moved to the day on which they are sent. */
export const RECORDED_AT = '2026-11-24T16:00:00.000Z';
const DAY_MS = 86_400_000;
/** Half a year. */
const DAYS = 182;

const PEOPLE = [
  ['Ines Halm', 'ines@granary.example'],
  ['Tom Speicher', 'tom@granary.example'],
  ['Noor Weizen', 'noor@granary.example'],
  ['Ada Garbe', 'ada@granary.example'],
  ['Juri Dreschner', 'juri@granary.example'],
] as const;

/** The whole history: `main`, oldest first, then the branches. */
export function makeHistory(project: readonly SourceFile[]): readonly DemoCommit[] {
  const main: DemoCommit[] = [];
  for (let index = 0; index < COMMITS; index++) {
    const parent = main.at(-1) ?? null;
    main.push(
      makeCommit(project, { index, branch: MAIN, parent, time: timeOf(index), message: messageOf(project, index) }),
    );
  }
  const branches = BRANCHES.flatMap(({ name, from, messages }) => {
    let parent = main[from];
    return messages.map((message, step) => {
      const time = new Date(Date.parse(parent.committer.time) + 3 * 3_600_000);
      parent = makeCommit(project, { index: from + step + 1, branch: name, parent, time, message });
      return parent;
    });
  });
  return [...main, ...branches];
}

/** A branch that leaves `main` at a commit. */
interface Branch {
  readonly name: string;
  readonly from: number;
  readonly messages: readonly string[];
}

/** On it the failing uploads arrive. */
export const RUNNERS = 'ci/new-runners';

const BRANCHES: readonly Branch[] = [
  {
    name: 'feature/weigh-twice',
    from: COMMITS - 5,
    messages: ['Weigh every crate twice', 'Say which of two weights counts'],
  },
  { name: 'fix/leap-day', from: COMMITS - 3, messages: ['Count the leap day of a season'] },
  { name: RUNNERS, from: COMMITS - 2, messages: ['Try the new runners'] },
];

interface Making {
  readonly index: number;
  readonly branch: string;
  readonly parent: DemoCommit | null;
  readonly time: Date;
  readonly message: string;
}

function makeCommit(project: readonly SourceFile[], { index, branch, parent, time, message }: Making): DemoCommit {
  const sources = project.flatMap((file) => fileAt(file, index) ?? []);
  const files = new Map([
    ...Object.entries(documentsOf(index)).map(([path, text]) => [path, blobId(text)] as const),
    ...sources.map(({ file, blob }) => [file.path, blob] as const),
  ]);
  const tree = treeId(files);
  const [name, email] = randomFor(`${branch} ${index}`).pick(PEOPLE);
  const person = { name, email, time: time.toISOString() };
  const parents = parent === null ? [] : [parent.sha];
  const sha = commitId({ tree, parents, author: person, committer: person, message });
  return { sha, parents, tree, branch, message, author: person, committer: person, files, sources, index };
}

const known = new Map<string, FileAt>();

/** A file after a commit; null before it is born. Equal states are one object. */
function fileAt(file: SourceFile, index: number): FileAt | null {
  const blocks = file.blocks.filter(({ bornAt }) => bornAt <= index);
  if (blocks.length === 0) return null;
  const key = `${file.path} ${blocks.length}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const text = `${blocks.map(({ lines }) => lines.map((line) => line.text).join('\n')).join('\n\n')}\n`;
  const made = { file, blocks, text, blob: blobId(text) };
  known.set(key, made);
  return made;
}

/** What no test covers; it changes with every commit, as two commits of one tree and time would be one. */
function documentsOf(index: number): Readonly<Record<string, string>> {
  return {
    'README.md':
      '# Granary\n\nKeeps account of what lies in which bin. The repository of the Thatch demo: made up, and tested unevenly.\n',
    'CHANGELOG.md': `# Changes\n\n${Array.from({ length: index + 1 }, (_, number) => `- ${index + 1 - number}`).join('\n')}\n`,
    'package.json': `${JSON.stringify({ name: 'granary', private: true, version: `0.${Math.floor(index / 10)}.${index % 10}` }, null, 2)}\n`,
  };
}

/** Spread over half a year, on weekdays between eight and six. */
function timeOf(index: number): Date {
  const random = randomFor(`time ${index}`);
  const end = Date.parse(RECORDED_AT);
  if (index === COMMITS - 1) return new Date(end);
  const day = Math.floor((index * DAYS) / (COMMITS - 1));
  const morning = new Date(end - (DAYS - day) * DAY_MS);
  const weekday = morning.getUTCDay();
  const shift = weekday === 0 ? 1 : weekday === 6 ? -1 : 0;
  // Within a day, later commits come later.
  const minute = Math.min(590, (index % 3) * 180 + random.between(5, 170));
  return new Date(Date.UTC(morning.getUTCFullYear(), morning.getUTCMonth(), morning.getUTCDate() + shift, 7, minute));
}

const TAILS = [
  '',
  ' without asking twice',
  ' in one go',
  ', and say why not',
  ' as partners send them',
  ' before the depot closes',
];

/** What is new at a commit, in the words of who made it. */
function messageOf(project: readonly SourceFile[], index: number): string {
  if (index === 0) return 'Keep account of what lies where';
  const random = randomFor(`message ${index}`);
  const born = project.filter(({ blocks }) => blocks.some(({ bornAt }) => bornAt === index));
  const tested = project.filter(({ blocks }) =>
    blocks.some(({ testedAt, bornAt }) => testedAt === index && bornAt < index),
  );
  const pull = ` (#${100 + index})`;
  if (born.length === 0 && tested.length === 0) return `Say in the change log what is new${pull}`;
  if (born.length === 0 || (tested.length > 0 && random.next() < 0.35)) {
    const [act, thing] = wordsOf(random.pick(tested.length > 0 ? tested : born));
    return `Prove what happens when ${/^[aeiou]/.test(thing) ? 'an' : 'a'} ${thing} is not to be ${act}ed${pull}`;
  }
  const [act, thing] = wordsOf(random.pick(born));
  const verb = act[0].toUpperCase() + act.slice(1);
  const more = born.length > 1 ? `\n\nTouches ${born.length} files.` : '';
  return `${verb} every ${thing}${random.pick(TAILS)}${pull}${more}`;
}

function wordsOf({ path }: SourceFile): readonly [act: string, thing: string] {
  const [act = '', thing = ''] = path.slice(path.lastIndexOf('/') + 1).split(/[-_.]/);
  return [act, thing];
}
