import type { Page } from 'playwright-core';
import { makeRepository } from '../packages/cli/test/repository.ts';
import { buildInterface } from '../e2e/pages/support/built-interface.ts';
import { settled } from '../e2e/pages/support/checks.ts';
import { findChromium } from '../e2e/pages/support/chromium.ts';
import { ADMIN, startPages, type StartedPages } from '../e2e/pages/support/pages.ts';
import { lineOf, type Figure } from './bench.ts';
import {
  answersUntilShown,
  floorOf,
  heapMegabytes,
  largestPaint,
  mainThreadWork,
  slowedDown,
  timeOfPress,
  timeUntilShown,
} from './pages-measure.ts';

/*
 * `npm run bench:pages`: the times of web-ui §5 in Chromium, on a server of its own with the built interface. Unthrottled unless a line says
 * 4×. Words after `--` choose groups by their names.
 */

const RUNS = 7;
const LARGE = 'gh/bench/large';
const CODE = 'gh/bench/code';
const TREE_ROW = '[role="treegrid"] [role="row"][aria-level]';
const CODE_LINE = '[role="grid"] [data-line]';
const FILES = 50_000;
const LINES = 20_000;
const REPOSITORIES = 10_000;
const OPENED_FILES = 50;

interface Group {
  readonly name: string;
  readonly run: (pages: StartedPages) => Promise<void>;
}

const GROUPS: readonly Group[] = [
  { name: 'overview', run: overview },
  { name: 'large', run: largeOverview },
  { name: 'file', run: largeFile },
  { name: 'memory', run: memory },
  { name: 'repositories', run: manyRepositories },
];

await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<void> {
  const chromium = findChromium();
  if (chromium.kind === 'absent') throw new Error(chromium.why);
  const pages = await startPages(chromium.program, process.env['THATCH_TEST_INTERFACE'] ?? (await buildInterface()));
  try {
    await sendCode(pages);
    for (const { name, run } of GROUPS) {
      if (words.length > 0 && !words.includes(name)) continue;
      console.log(`# ${name}`);
      await reportFloors(pages);
      await run(pages).catch((error: Error) => console.log(`not measured: ${error.message.split('\n', 1)[0]}`));
      // What the browser complains about is the matter of tests.
      await pages.closeWindows().catch(() => {});
    }
  } finally {
    await pages.stop();
  }
}

function report(name: string, value: number, unit: string, atMost?: number): void {
  const figure: Figure = { name, value, unit, ...(atMost === undefined ? {} : { target: { of: 'value', atMost } }) };
  console.log(lineOf(figure));
}

/** What figures of the same run are to be read beside: other programs on the machine make all of them higher. */
async function reportFloors(pages: StartedPages): Promise<void> {
  const page = await pages.page();
  report('floor: newlines of 4 MB counted in a page', await floorOf(page), 'ms');
  const address = `${pages.url}/login`;
  report('floor: a page without data, first field', await fastest(() => timeUntilShown(page, address, 'input')), 'ms');
}

async function overview(pages: StartedPages): Promise<void> {
  const address = `${pages.url}/${CODE}`;
  const page = await pages.page({ as: ADMIN });
  report('overview, largest paint', await fastest(() => largestPaint(page, address)), 'ms', 1000);
  const slowed = await slowedDown(page, 4, () => fastest(() => largestPaint(page, address)));
  report('overview, largest paint, 4×', slowed, 'ms', 2000);
  report('overview, answers before the first row', await answersUntilShown(page, address, TREE_ROW), 'answers', 3);
  await settled(page);
  const commits = page.getByRole('navigation').getByRole('link', { name: 'Commits' });
  await commits.hover();
  await page.waitForTimeout(500);
  const press = () => commits.click();
  // The list of that page; the overview has links to commits too.
  report('route change, loaded before', await timeOfPress(page, press, 'main ol a[href*="/commit/"]'), 'ms', 100);
}

async function largeOverview(pages: StartedPages): Promise<void> {
  await pages.upload({ repository: LARGE, report: manyFiles() });
  const address = `${pages.url}/${LARGE}`;
  const page = await pages.page({ as: ADMIN });
  const name = `${FILES / 1000},000 files`;
  const shown = await fastest(() => timeUntilShown(page, address, TREE_ROW));
  report(`${name}, first row`, shown, 'ms', 1000);
  const list = await fastest(() => timeUntilShown(page, `${address}?displayType=list`, '[role="row"]'));
  report(`${name} as a list, first row`, list, 'ms', 1000);
  report(`${name} as a list, rows in the document`, await page.locator('[role="row"], tr').count(), 'rows', 300);
  await page.goto(address);
  await page.locator(TREE_ROW).first().waitFor();
  await page.keyboard.press('t');
  await page.keyboard.type('c49');
  await page.waitForTimeout(1500);
  const typed = await mainThreadWork(page, () => page.keyboard.type('9', { delay: 50 }));
  report('search of files, longest task of a key', typed.longestTask, 'ms', 50);
}

async function largeFile(pages: StartedPages): Promise<void> {
  const address = `${pages.url}/${CODE}/blob/main/src/large.ts`;
  const page = await pages.page({ as: ADMIN });
  const name = `file of ${LINES / 1000},000 lines`;
  report(`${name}, first code`, await fastest(() => timeUntilShown(page, address, CODE_LINE)), 'ms', 400);
  report(`${name}, rows in the document`, await page.locator(CODE_LINE).count(), 'rows', 120);
  await settled(page);
  await page.waitForTimeout(1500);
  const work = await mainThreadWork(page, () => scroll(page));
  report('scrolling, processor time per frame, p95', work.perFrame, 'ms', 8);
  report('scrolling, longest task, processor time', work.longestTask, 'ms', 50);
  report('scrolling, frames', work.frames, 'frames');
}

async function memory(pages: StartedPages): Promise<void> {
  const page = await pages.page({ as: ADMIN, path: `/${CODE}` });
  await settled(page);
  for (let index = 0; index < OPENED_FILES; index++) {
    await page.evaluate((path) => history.pushState(null, '', path), `/${CODE}/blob/main/src/file-${index}.ts`);
    await page.locator(CODE_LINE).first().waitFor();
  }
  report(`heap after ${OPENED_FILES} files`, await heapMegabytes(page), 'MB', 150);
}

async function manyRepositories(pages: StartedPages): Promise<void> {
  await pages.instance.query(
    `with made as (insert into owners (service, name) values ('github', 'many') returning id)
     insert into repositories (owner_id, name) select made.id, 'repository-' || number from made, generate_series(1, $1::int) number`,
    [REPOSITORIES],
  );
  const page = await pages.page({ as: ADMIN });
  const address = `${pages.url}/gh/many`;
  const shown = await fastest(() => timeUntilShown(page, address, 'a[href*="/gh/many/repository-"]'));
  report(`${REPOSITORIES / 1000},000 repositories, first row`, shown, 'ms', 1000);
  report('their rows in the document', await page.locator('[role="row"], tr').count(), 'rows', 300);
}

/** Of several runs the fastest: whatever else the machine does only adds. */
async function fastest(measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) least = Math.min(least, await measure());
  return least;
}

/** Two seconds of a wheel that turns without a stop. */
async function scroll(page: Page): Promise<void> {
  await page.locator(CODE_LINE).first().hover();
  for (let turn = 0; turn < 120; turn++) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(16);
  }
}

/** One large file and many small ones, with their sources. */
async function sendCode(pages: StartedPages): Promise<void> {
  const clone = makeRepository();
  try {
    const paths = Array.from({ length: OPENED_FILES }, (_, index) => `src/file-${index}.ts`);
    const lengths = [['src/large.ts', LINES] as const, ...paths.map((path) => [path, 400] as const)];
    for (const [path, lines] of lengths) clone.write(path, codeOf(lines));
    clone.commit('Write much');
    clone.write('coverage/lcov.info', lengths.map(([path, lines]) => recordOf(path, lines)).join(''));
    const ended = await pages.uploadFrom(clone.folder, CODE, '--branch', 'main', '--file', 'coverage/lcov.info');
    if (ended.status !== 0) throw new Error(ended.text);
  } finally {
    clone.remove();
  }
}

function codeOf(lines: number): string {
  const statement = (line: number) =>
    `  const value${line} = compute(${line}, 'text ${line}', { deep: [${line}, null] }); // ${line}`;
  return `${Array.from({ length: lines }, (_, index) => statement(index + 1)).join('\n')}\n`;
}

function recordOf(path: string, lines: number): string {
  const counts = Array.from({ length: lines }, (_, index) => `DA:${index + 1},${index % 9 === 0 ? 0 : index}`);
  return `TN:\nSF:${path}\n${counts.join('\n')}\nend_of_record\n`;
}

function manyFiles(): string {
  const records: string[] = [];
  for (let index = 0; index < FILES; index++) {
    const path = `packages/p${index % 40}/src/s${Math.floor(index / 40) % 25}/component-${index}.ts`;
    records.push(`TN:\nSF:${path}\nDA:1,${index % 3}\nDA:2,1\nDA:3,${index % 5}\nend_of_record\n`);
  }
  return records.join('');
}
