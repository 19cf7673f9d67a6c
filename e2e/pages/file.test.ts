import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, sidewaysOverflow } from './support/checks.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { sendWithSources } from './support/sources.ts';

const REPOSITORY = 'gh/acme/viewer';
const BLOB = `/${REPOSITORY}/blob/main`;

/** Web-ui §4.1: no file, however long, has more in the document. */
const MOST_ROWS = 120;

const LONG = 20_000;
const LONGEST = 100_000;

/** First lines of the blocks of `src/blocks.ts`: two missed lines, one partial line, two missed lines. */
const BLOCKS = [40, 90, 140];

function longText(lines: number): string {
  return Array.from({ length: lines }, (_, index) => `export const line${index + 1} = "value of ${index}";\n`).join('');
}

function record(path: string, lines: readonly string[]): string {
  return `SF:${path}\n${lines.join('\n')}\nend_of_record\n`;
}

function hitsOf(lines: number, missed: (line: number) => boolean): string[] {
  return Array.from({ length: lines }, (_, index) => `DA:${index + 1},${missed(index + 1) ? 0 : index + 1}`);
}

const isInBlock = (line: number): boolean => line <= 241 && [40, 41].includes(line % 100);

const SOURCES = {
  'src/blocks.ts': longText(300),
  'src/long.ts': longText(LONG),
  // Two MiB of a source are kept.
  'src/longest.ts': Array.from({ length: LONGEST }, (_, index) => `let a${index};\n`).join(''),
  'src/wide.ts': Array.from({ length: 500 }, () => `const wide = "${'x'.repeat(400)}";\n`).join(''),
  'src/evil.ts': 'const a = "<img src=x onerror=alert(1)>"; </code><script>alert(2)</script>  \nconst b = "\u202e";\n',
  'src/short.ts': 'const a = 1;\n',
  'src/binary.ts': Uint8Array.from([1, 0, 2, 3]),
  'src/large.ts': 'x'.repeat(5_500_000),
} as const;

const UNIT = [
  record('src/blocks.ts', [...hitsOf(300, isInBlock), 'BRDA:90,0,0,1', 'BRDA:90,0,1,0', 'BRDA:90,0,2,0']),
  record(
    'src/long.ts',
    hitsOf(LONG, (line) => line % 1000 === 0),
  ),
  record(
    'src/longest.ts',
    hitsOf(1000, () => false),
  ),
  ...['src/wide.ts', 'src/evil.ts', 'src/binary.ts', 'src/large.ts', 'src/unsent.ts', 'build/src/lost.ts'].map((path) =>
    record(path, ['DA:1,1', 'DA:2,0']),
  ),
  record('src/short.ts', ['DA:1,1', 'DA:70,0']),
].join('');

const END_TO_END = record('src/blocks.ts', ['DA:1,1', 'DA:240,7', 'DA:241,7']);

describePages('the file', (pages) => {
  let sha = '';
  beforeAll(async () => {
    const unsent = { 'src/unsent.ts': 'ab'.repeat(20) };
    const shared = { repository: REPOSITORY, sources: SOURCES, unsent };
    sha = await sendWithSources(pages, { ...shared, report: UNIT, flags: ['unit'], name: 'unit-linux' });
    await pages.upload({ repository: REPOSITORY, sha, report: END_TO_END, flags: ['e2e'], name: 'e2e-linux' });
  });

  const open = async (path: string, options: { readonly width?: number } = {}): Promise<Page> => {
    const page = await pages.page({ as: ADMIN, path: `${BLOB}/${path}`, ...options });
    await page.getByRole('grid').waitFor();
    return page;
  };
  const rowOf = (page: Page, line: number) => page.locator(`#line-${line}`);
  const current = (page: Page) => page.getByRole('grid').getAttribute('aria-activedescendant');
  const said = (page: Page, sentence: string) => page.locator('body > [role=status]', { hasText: sentence }).waitFor();
  const counter = (page: Page) => page.locator('output', { hasText: /^\d/ }).first().textContent();

  test.each([
    ['20,000', 'src/long.ts', LONG],
    ['100,000', 'src/longest.ts', LONGEST],
  ])(
    `row 15: a file of %s lines never has more than ${MOST_ROWS} rows in the document, and none that is missing`,
    async (_, path, lines) => {
      const page = await open(path);
      await rowOf(page, 1).waitFor();
      const scrolled = await page.getByRole('grid').evaluate(async (box) => {
        const seen: { rows: number; hasRow: boolean }[] = [];
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        for (let step = 0; step <= 40; step++) {
          box.scrollTop = (box.scrollHeight * step) / 40;
          await frame();
          await frame();
          const { left, top, width, height } = box.getBoundingClientRect();
          const middle = document.elementFromPoint(left + width / 2, top + height / 2);
          seen.push({ rows: box.querySelectorAll('[role=row]').length, hasRow: middle?.closest('[role=row]') != null });
        }
        return seen;
      });
      expect(Math.max(...scrolled.map(({ rows }) => rows))).toBeLessThanOrEqual(MOST_ROWS);
      expect(scrolled.filter(({ hasRow }) => !hasRow)).toEqual([]);
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(lines));
    },
  );

  test('row 15: lines of 400 characters scroll by themselves, and are wrapped when asked for', async () => {
    const page = await open('src/wide.ts', { width: 360 });
    expect(await sidewaysOverflow(page)).toEqual([]);
    const widths = await page.getByRole('grid').evaluate((box) => [box.scrollWidth, box.clientWidth]);
    expect(widths[0]).toBeGreaterThan(2000);
    // The numbers stay while the code moves beneath them.
    const moved = await page.getByRole('grid').evaluate((box) => {
      box.scrollLeft = 1000;
      const number = box.querySelector('[data-part=number]');
      return [box.scrollLeft, (number?.getBoundingClientRect().right ?? -1) - box.getBoundingClientRect().left];
    });
    expect(moved[0]).toBe(1000);
    expect(moved[1]).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'More about this file' }).click();
    await page.getByRole('menuitem', { name: 'Wrap long lines' }).click();
    await page.waitForFunction(() => {
      const box = document.querySelector('[role=grid]');
      return box !== null && box.scrollWidth <= box.clientWidth;
    });
    await page.getByRole('grid').evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await rowOf(page, 500).waitFor();
    expect(await rowOf(page, 500).evaluate((row) => row.getBoundingClientRect().height)).toBeGreaterThan(100);
  });

  test('row 15: colours come after the text, from a worker', async () => {
    const page = await open('src/blocks.ts');
    await rowOf(page, 1).getByText('export', { exact: true }).waitFor();
    expect(await rowOf(page, 1).innerText()).toContain('export const line1 = "value of 0";');
  });

  test('row 16: n visits every uncovered block once, in order, p goes back, the last says so', async () => {
    const page = await open('src/blocks.ts');
    await page.locator('body').click({ position: { x: 5, y: 5 } });
    const visited: (string | null)[] = [];
    for (const [index, line] of BLOCKS.entries()) {
      await page.keyboard.press('n');
      await said(page, `${index + 1} of 3`);
      visited.push(await current(page));
      expect(await counter(page)).toBe(`${index + 1} of 3 uncovered`);
      await rowOf(page, line).waitFor();
    }
    expect(visited).toEqual(BLOCKS.map((line) => `line-${line}`));
    await page.keyboard.press('n');
    await said(page, 'That is the last one, 3 of 3');
    expect(await current(page)).toBe('line-140');
    await page.keyboard.press('p');
    await said(page, 'Line 90, 2 of 3');
    expect(await current(page)).toBe('line-90');
  });

  test('row 16: the line of a jump stands at one third of the code', async () => {
    const page = await open('src/blocks.ts');
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await said(page, 'Lines 140 to 141, 3 of 3');
    const share = await rowOf(page, 140).evaluate((row) => {
      const box = row.closest('[role=grid]')!.getBoundingClientRect();
      return (row.getBoundingClientRect().top - box.top) / box.height;
    });
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.37);
  });

  test('row 17: #L140-L152 selects, centres and announces; Shift and a press rewrite it; Escape clears it', async () => {
    const page = await open('src/blocks.ts#L140-L152');
    await said(page, 'Lines 140 to 152 selected');
    expect(await page.getByRole('row', { selected: true }).count()).toBe(13);
    const place = await rowOf(page, 146).evaluate((row) => {
      const box = row.closest('[role=grid]')!.getBoundingClientRect();
      return (row.getBoundingClientRect().top - box.top) / box.height;
    });
    expect(place).toBeGreaterThan(0.4);
    expect(place).toBeLessThan(0.6);
    await page.getByRole('link', { name: '145', exact: true }).click();
    expect(new URL(page.url()).hash).toBe('#L145');
    await page.getByRole('link', { name: '150', exact: true }).click({ modifiers: ['Shift'] });
    await expect.poll(() => new URL(page.url()).hash).toBe('#L145-L150');
    await page.getByRole('toolbar', { name: 'Selected lines' }).waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => new URL(page.url()).hash).toBe('#L145-L151');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).hash).toBe('');
  });

  test('row 18: Enter opens the explanation of a partial line, which names its branches; Escape closes it', async () => {
    const page = await open('src/blocks.ts#L90');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('group', { name: 'Line 90', exact: true });
    await panel.getByText('1 of 3 branches taken.').waitFor();
    await panel.getByText('Branch 2 of block 0 never taken').waitFor();
    await panel.getByText('Branch 3 of block 0 never taken').waitFor();
    expect(await panel.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByText('line 90, partial, 1 of 3 branches').count()).toBe(1);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await page.getByRole('grid').evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('row 18: so does pointing at its value, as long as the pointer stays', async () => {
    const page = await open('src/blocks.ts#L90');
    await rowOf(page, 90).locator('[data-part=hits]').hover();
    const panel = page.locator('[data-panel=floating]');
    await panel.getByText('1 of 3 branches taken.').waitFor();
    expect(await rowOf(page, 90).evaluate((row) => row.getBoundingClientRect().height)).toBeLessThan(30);
    await page.mouse.move(5, 5);
    await panel.waitFor({ state: 'detached' });
  });

  test('row 19: u lists exactly the uploads of the line; "only" changes marks and header, its removal restores them', async () => {
    const page = await open('src/blocks.ts#L240');
    const header = page.locator('h1 + *');
    const before = await header.innerText();
    await rowOf(page, 240).waitFor();
    await page.keyboard.press('u');
    const panel = page.getByRole('group', { name: 'Line 240', exact: true });
    await panel.getByText('2 uploads have this line').waitFor();
    const rows = await panel.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' ').split(' ').slice(0, 2)).sort()).toEqual([
      ['0', 'unit-linux'],
      ['7×', 'e2e-linux'],
    ]);
    expect(await rowOf(page, 240).getAttribute('data-class')).toBe('h');
    await panel
      .getByRole('row', { name: /unit-linux/ })
      .getByRole('button', { name: 'Only this' })
      .click();
    await page.waitForFunction(() => document.querySelector('#line-240')?.getAttribute('data-class') === 'm');
    expect(new URL(page.url()).searchParams.getAll('upload')).toHaveLength(1);
    expect(await header.innerText()).not.toBe(before);
    await page.getByText(`of all uploads: ${before.replace(/\s/g, '').replace('%', '')} %`).waitFor();
    await page.getByRole('button', { name: /Remove the filter/ }).click();
    await page.waitForFunction(() => document.querySelector('#line-240')?.getAttribute('data-class') === 'h');
    expect(new URL(page.url()).search).toBe('');
    expect(await header.innerText()).toBe(before);
  });

  test('row 19: a line that one upload has is told of that one alone', async () => {
    const page = await open('src/blocks.ts#L40');
    await page.keyboard.press('u');
    const panel = page.getByRole('group', { name: 'Line 40', exact: true });
    await panel.getByText('One upload has this line').waitFor();
    expect(await panel.getByRole('row').count()).toBe(1);
  });

  test.each([
    ['no source', 'src/unsent.ts', 'The content of this file was not sent.'],
    [
      'a changed source',
      'src/short.ts',
      'The source changed since the report: it has 1 line, the report goes to line 70.',
    ],
    ['a binary', 'src/binary.ts', 'This is a binary file of 4 bytes.'],
    ['too big', 'src/large.ts', 'This file has 5.2 MiB.'],
    ['not in the report', 'src/lost.ts', 'The report of this commit has no file src/lost.ts.'],
  ])('row 20: %s has a text of its own and is never blank', async (_, path, sentence) => {
    const page = await pages.page({ as: ADMIN, path: `${BLOB}/${path}` });
    await page.getByText(sentence).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(path.split('/').at(-1));
  });

  test('row 20: what is not in the report names the rule that dropped it and the files it may be', async () => {
    const page = await pages.page({ as: ADMIN, path: `${BLOB}/src/lost.ts` });
    await page.getByText('build/src/lost.ts').waitFor();
    await page.getByText('add a rule to').waitFor();
    await page.goto(`${pages.url}${BLOB}/lib/blocks.ts`);
    await page.getByRole('link', { name: 'src/blocks.ts' }).click();
    await page.getByRole('grid').waitFor();
  });

  test('row 20: a folder without a file leads to the tree, and an unknown ref says that nothing is there', async () => {
    const page = await pages.page({ as: ADMIN, path: `${BLOB}/`, tolerates: [/status of 404/] });
    await page.waitForURL(`**/${REPOSITORY}/tree/main`);
    await page.goto(`${pages.url}/${REPOSITORY}/blob/nowhere/src/blocks.ts`);
    await page.getByRole('heading', { level: 1, name: 'Nothing here' }).waitFor();
  });

  test('row 21: script in a source line is text, and what hides itself is shown', async () => {
    const page = await open('src/evil.ts');
    const code = rowOf(page, 1);
    await code.getByText('alert(2)').waitFor();
    expect(await code.innerText()).toContain('</code><script>alert(2)</script>');
    expect(await page.locator('[role=grid] script, [role=grid] img').count()).toBe(0);
    expect(await page.locator('[data-name="U+202E"]').count()).toBe(1);
    expect(await page.getByRole('grid').evaluate((box) => box.textContent?.includes('\u202e'))).toBe(false);
  });

  test('row 26: in forced colours the marks of the three classes differ by their lines', async () => {
    const page = await pages.page({ as: ADMIN, path: `${BLOB}/src/blocks.ts#L60`, forcesColors: true });
    await rowOf(page, 60).waitFor();
    const lines = await page.getByRole('grid').evaluate((box) =>
      ['h', 'p', 'm'].map((letter) => {
        const mark = box.querySelector(`[data-class=${letter}] [data-part=hits] > :last-child`);
        return mark === null ? null : getComputedStyle(mark).borderInlineStartStyle;
      }),
    );
    expect(lines).toEqual(['solid', 'dashed', 'double']);
  });

  test('the search finds what is not in the document, and goes from match to match', async () => {
    const page = await open('src/long.ts');
    await page.keyboard.press('Control+f');
    await page.getByRole('searchbox', { name: 'Find in this file' }).fill('LINE1234');
    await page.getByText('1 of 11', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('2 of 11', { exact: true }).waitFor();
    await rowOf(page, 12_340).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').waitFor({ state: 'detached' });
  });

  test('y makes the address a permalink with its lines, N and P go to the files beside it', async () => {
    const page = await open('src/blocks.ts#L40');
    await page.keyboard.press('y');
    await page.waitForURL(`**/blob/${sha}/src/blocks.ts#L40`);
    await page.keyboard.press('N');
    await page.waitForURL(/src\/evil\.ts$/);
    await rowOf(page, 1).getByText('alert(2)').waitFor();
    await page.keyboard.press('P');
    await page.waitForURL(/src\/blocks\.ts$/);
  });

  test('b chooses another branch for the same file', async () => {
    const page = await open('src/blocks.ts');
    await page.keyboard.press('b');
    await page.getByRole('combobox', { name: 'Find a branch' }).waitFor();
    await page.getByRole('option', { name: /^main/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Find a branch' }).waitFor({ state: 'detached' });
  });

  test('what is copied from the menu is said', async () => {
    const page = await open('src/blocks.ts');
    await page.getByRole('button', { name: 'More about this file' }).click();
    await page.getByRole('menuitem', { name: 'Copy the permalink' }).click();
    await said(page, 'Copied');
  });

  test('a press on the map goes to that part of the file', async () => {
    const page = await open('src/long.ts');
    await page.locator('canvas').click({ position: { x: 5, y: 300 } });
    const { top, height } = await page
      .getByRole('grid')
      .evaluate((box) => ({ top: box.scrollTop, height: box.scrollHeight }));
    const share = 300 / (await page.locator('canvas').evaluate((map) => map.clientHeight));
    expect(top / height).toBeGreaterThan(share - 0.05);
    expect(top / height).toBeLessThan(share + 0.05);
  });

  test('a printer gets the first 5,000 lines, and is told that there are more', async () => {
    const page = await open('src/long.ts');
    await page.evaluate(() => void dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.getByText('The first 5,000 of 20,000 lines.').waitFor();
    expect(await page.getByText('export const line5000 =').count()).toBe(1);
    expect(await page.getByText('export const line5001 =').count()).toBe(0);
    await page.evaluate(() => void dispatchEvent(new Event('afterprint')));
    await page.getByText('The first 5,000 of 20,000 lines.').waitFor({ state: 'detached' });
  });

  test('Back leads to where the code was scrolled', async () => {
    const page = await open('src/long.ts');
    await page.getByRole('grid').evaluate((box) => box.scrollTo(0, 50_000));
    await page.getByRole('button', { name: 'Next file' }).click();
    await page.waitForURL(/src\/longest\.ts/);
    await page.getByRole('heading', { name: 'longest.ts' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'long.ts' }).waitFor();
    await expect.poll(() => page.getByRole('grid').evaluate((box) => box.scrollTop)).toBe(50_000);
  });

  test('row 13: a report that arrives while the file is open changes its numbers, and nothing moves', async () => {
    const page = await pages.page({ as: ADMIN, path: `/${REPOSITORY}/blob/${sha}/src/evil.ts` });
    await rowOf(page, 2).waitFor();
    await page.getByText('50.00').waitFor();
    const place = () => rowOf(page, 2).evaluate((row) => row.getBoundingClientRect().top);
    const before = await place();
    await pages.upload({
      repository: REPOSITORY,
      sha,
      branch: 'main',
      report: record('src/evil.ts', ['DA:1,1', 'DA:2,3']),
      name: 'late',
    });
    await page.waitForFunction(() => document.querySelector('#line-2')?.getAttribute('data-class') === 'h');
    expect(await place()).toBe(before);
  });

  test('row 23: axe finds nothing serious with an explanation, a range and the search open', async () => {
    for (const width of [1440, 360]) {
      const page = await open('src/blocks.ts#L90', { width });
      await page.getByRole('grid').focus();
      await page.keyboard.press('Enter');
      await page.getByText('1 of 3 branches taken.').waitFor();
      await page.keyboard.press('Control+f');
      await page.getByRole('searchbox').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await sidewaysOverflow(page)).toEqual([]);
    }
  });
});
