import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';
import { newSha } from './support/reports.ts';

/** An lcov report: of each file the lines that were hit and that were missed. */
function lcov(files: Readonly<Record<string, readonly [hits: number, misses: number]>>): string {
  return Object.entries(files)
    .map(([path, [hits, misses]]) => {
      const lines = Array.from({ length: hits + misses }, (_, index) => `DA:${index + 1},${index < hits ? 1 : 0}`);
      return `SF:${path}\n${lines.join('\n')}\nend_of_record\n`;
    })
    .join('');
}

const UNIT = lcov({
  'readme.ts': [3, 1],
  'src/a.ts': [10, 2],
  'src/core/deep/one.ts': [4, 4],
  'src/core/deep/two.ts': [7, 0],
  'src/core/merge.ts': [0, 5],
  'src/formats/lcov.ts': [20, 1],
  'src/viewer/CodeViewer.tsx': [6, 6],
});
const E2E = lcov({ 'src/a.ts': [12, 0], 'src/core/merge.ts': [2, 3] });

const FILES = '[data-tree-row] a[href*="/blob/"]';

async function rowNames(page: Page): Promise<string[]> {
  return page
    .locator('[data-tree-row]')
    .evaluateAll((rows) =>
      rows.map((row) => row.id && (row.querySelector('[role="rowheader"]')?.getAttribute('title') ?? '')),
    );
}

/** Numbers of the shown rows of the first level, added up, and those of the footer. */
async function sums(page: Page) {
  return page.evaluate(() => {
    const cells = (row: Element) =>
      [...row.querySelectorAll('[role="gridcell"]')]
        .slice(0, 4)
        .map((cell) => Number((cell.firstChild?.textContent ?? '').replaceAll(',', '')));
    const rows = [...document.querySelectorAll('[data-tree-row][aria-level="1"]')].map(cells);
    const added = [0, 1, 2, 3].map((column) => rows.reduce((sum, row) => sum + row[column], 0));
    return { rows: added, footer: cells(document.querySelector('[data-tree-totals]')!) };
  });
}

const headline = (page: Page) => page.locator('[data-headline]').innerText();
const focusedTitle = (page: Page) =>
  page.evaluate(() => document.activeElement?.querySelector('[role="rowheader"]')?.getAttribute('title') ?? null);

describePages('the overview', (pages) => {
  test('row 7: the headline is hits and lines of the report, and the footer is the sum of the rows under every filter', async () => {
    const { sha } = await pages.upload({ repository: 'gh/acme/seven', report: UNIT, flags: ['unit'] });
    await pages.upload({ repository: 'gh/acme/seven', sha, report: E2E, flags: ['e2e'] });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/seven' });
    await page.locator(FILES).first().waitFor();
    // 69 lines; what either upload hit is hit.
    expect((await headline(page)).replaceAll(/\s+/g, ' ')).toContain('54 / 69 lines');
    expect((await headline(page)).replaceAll(/\s+/g, ' ')).toContain('78.26 %');
    for (const query of [
      '',
      '?flags=unit',
      '?flags=e2e',
      '?flags=unit&flags=e2e',
      '?search=core',
      '?displayType=list',
      '?displayType=list&search=src&flags=unit',
      '?sort=misses&direction=DESC',
    ]) {
      await page.goto(`${pages.url}/gh/acme/seven${query}`);
      await page.locator('[data-tree-totals]').waitFor();
      const { rows, footer } = await sums(page);
      expect(rows, query).toEqual(footer);
      expect(footer[0], query).toBeGreaterThan(0);
    }
  });

  test('row 8: a branch with a slash opens written as one segment and as two, and the address is rewritten once', async () => {
    await pages.upload({ repository: 'gh/acme/eight', report: UNIT });
    await pages.upload({ repository: 'gh/acme/eight', report: E2E, branch: 'feature/x' });
    const page = await pages.page({ as: ADMIN });
    for (const written of ['feature%2Fx', 'feature/x']) {
      await page.goto(`${pages.url}/gh/acme/eight/tree/${written}/src`);
      await page.locator(FILES).first().waitFor();
      await page.waitForURL(`${pages.url}/gh/acme/eight/tree/feature%2Fx/src`);
      expect(await rowNames(page)).toEqual(['src/core', 'src/a.ts']);
    }
    // Not an entry of its own: Back leads out of the page, not to the other spelling.
    await page.goBack();
    expect(page.url()).toBe(`${pages.url}/gh/acme/eight/tree/feature%2Fx/src`);
  });

  test('another spelling of the repository is rewritten to the stored one', async () => {
    await pages.upload({ repository: 'gh/acme/spelt', report: UNIT });
    const page = await pages.page({ as: ADMIN, path: '/GitHub/ACME/Spelt/tree/main?sort=lines' });
    await page.locator(FILES).first().waitFor();
    expect(page.url()).toBe(`${pages.url}/gh/acme/spelt/tree/main?sort=lines`);
  });

  test('row 9: keys move the point of the trend and say it, and the table has the values of the API', async () => {
    const repository = 'gh/acme/nine';
    for (const misses of [9, 5, 1]) await pages.upload({ repository, report: lcov({ 'a.ts': [10, misses] }) });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/nine' });
    const chart = page.getByRole('slider', { name: 'Point of the chart' });
    await chart.focus();
    await page.keyboard.press('Home');
    const said = page.locator('body > [role="status"]');
    await expectText(said, /52\.63 %/);
    await page.keyboard.press('ArrowRight');
    await expectText(said, /66\.66 %.*\+14\.03 pp/);
    await page.keyboard.press('End');
    await expectText(said, /90\.90 %.*\+24\.24 pp/);
    await page.getByRole('button', { name: 'Show as table' }).click();
    const shown = await page
      .locator('table tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.querySelectorAll('td')[2].textContent));
    const answer = await page.evaluate(async () => (await fetch('/api/ui/repos/gh/acme/nine/trend')).json());
    const points = (answer as { points: { coverage: { coverage: string } }[] }).points;
    expect(shown).toEqual(points.map(({ coverage }) => `${coverage.coverage} %`).toReversed());
    expect(await page.getByRole('link', { name: 'CSV' }).getAttribute('href')).toContain(encodeURIComponent('90.90 %'));
  });

  test('row 10: the tree is used by keyboard, and Back returns to the same row and the same open folders', async () => {
    await pages.upload({ repository: 'gh/acme/ten', report: UNIT });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/ten' });
    await page.locator('[data-tree-row]').first().waitFor();
    await page.keyboard.press('j');
    expect(await focusedTitle(page)).toBe('src');
    await page.keyboard.press('ArrowRight');
    await page.locator('[title="src/core"]').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('[title="src/core/deep"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await expectFocus(page, 'src/core/deep');
    await page.keyboard.press('ArrowRight');
    await page.locator('[title="src/core/deep/two.ts"]').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expectFocus(page, 'src/core/deep/two.ts');
    const before = await rowNames(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/blob\/main\/src\/core\/deep\/two\.ts/);
    await page.goBack();
    await expectFocus(page, 'src/core/deep/two.ts');
    expect(await rowNames(page)).toEqual(before);
    await page.keyboard.press('ArrowLeft');
    await expectFocus(page, 'src/core/deep');
    await page.keyboard.press('m');
    await expectFocus(page, 'src/core/merge.ts');
    await page.keyboard.press('Home');
    await page.keyboard.press('*');
    await page.locator('[title="src/viewer"]').waitFor();
  });

  test('row 11: among 50,000 files one is found by initials as one types, and the page holds few rows', async () => {
    const many = Array.from(
      { length: 49_993 },
      (_, index) => `SF:lib/part${index % 40}/unit${index}.ts\nDA:1,1\nend_of_record\n`,
    );
    await pages.upload({ repository: 'gh/acme/eleven', report: UNIT + many.join('') });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/eleven' });
    await page.locator('[data-tree-totals]', { hasText: '50,000 files' }).waitFor();
    for (const [typed, path] of [
      ['sfl', 'src/formats/lcov.ts'],
      ['cv', 'src/viewer/CodeViewer.tsx'],
      ['unit4321.', 'lib/part1/unit4321.ts'],
    ]) {
      await page.keyboard.press('t');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(typed);
      await page.locator(`[role="option"][aria-selected="true"] [title="${path}"]`).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('combobox', { name: 'Find file' }).blur();
    }
    await page.goto(`${pages.url}/gh/acme/eleven?displayType=list`);
    await page.locator(FILES).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await page.locator('[data-tree-totals]').scrollIntoViewIfNeeded();
    expect(await page.locator('[data-tree-row]').count()).toBeLessThan(300);
    await page.keyboard.press('t');
    await page.keyboard.type('cv');
    await page.locator('[role="option"][aria-selected="true"] [title="src/viewer/CodeViewer.tsx"]').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/blob\/main\/src\/viewer\/CodeViewer\.tsx/);
  });

  test('row 13: a report that is merged while the page is open changes numbers and tree, and keeps focus and open folders', async () => {
    const { sha } = await pages.upload({ repository: 'gh/acme/thirteen', report: UNIT, flags: ['unit'] });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/thirteen' });
    await page.locator('[data-tree-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowRight');
    await page.locator('[title="src/a.ts"]').waitFor();
    expect(await headline(page)).toContain('50 / 69');
    const rows = await rowNames(page);
    await pages.upload({ repository: 'gh/acme/thirteen', sha, report: E2E, flags: ['e2e'] });
    await page.locator('[data-headline]', { hasText: '54 / 69' }).waitFor();
    await page.locator('[data-tree-totals]', { hasText: '54' }).waitFor();
    expect(await rowNames(page)).toEqual(rows);
    expect(await focusedTitle(page)).toBe('src');
    const newer = newSha();
    await pages.upload({ repository: 'gh/acme/thirteen', sha: newer, report: E2E });
    await page.locator(`a[href$="/commit/${newer}"]`).first().waitFor();
  });

  test('row 29: nearly all and nearly none are not rounded to all and none', async () => {
    const many = lcov({ 'a.ts': [9999, 1] });
    await pages.upload({ repository: 'gh/acme/nearly', report: many });
    const few = lcov({ 'a.ts': [1, 99_999] });
    await pages.upload({ repository: 'gh/acme/hardly', report: few });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/nearly' });
    await expectText(page.locator('[data-headline]'), /99\.99\s%/);
    await page.goto(`${pages.url}/gh/acme/hardly`);
    await expectText(page.locator('[data-headline]'), /0\.01\s%/);
  });

  test('an unknown ref leads to the branches, and a branch without a report says so', async () => {
    await pages.upload({ repository: 'gh/acme/states', report: UNIT });
    await pages.upload({ repository: 'gh/acme/states', report: 'no report at all', branch: 'broken' });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/states/tree/nowhere' });
    await page.getByRole('heading', { name: 'Nothing here is called nowhere' }).waitFor();
    await page.getByRole('combobox', { name: 'Find a branch' }).fill('brok');
    await page.getByRole('option', { name: /^broken/ }).click();
    await page.waitForURL(`${pages.url}/gh/acme/states/tree/broken`);
    await page.locator('p', { hasText: 'No report on broken yet' }).waitFor();
    await page.getByRole('button', { name: /^Branch broken/ }).click();
    await page.getByRole('option', { name: /^main/ }).click();
    await page.locator('[data-tree-row]').first().waitFor();
  });

  test('row 21: names of files and branches are text, whatever they hold', async () => {
    const path = 'src/"onerror=alert(1)&lt;b&gt;.ts';
    await pages.upload({
      repository: 'gh/acme/script',
      report: lcov({ [path]: [1, 1] }),
      branch: '<img src=x onerror=alert(1)>',
    });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/script?displayType=list' });
    await page.getByRole('link', { name: path }).waitFor();
    await page.getByRole('button', { name: /^Branch <img src=x onerror=alert\(1\)>/ }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });
});

async function expectText(locator: ReturnType<Page['locator']>, pattern: RegExp): Promise<void> {
  await locator.filter({ hasText: pattern }).waitFor();
}

async function expectFocus(page: Page, title: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.activeElement?.querySelector('[role="rowheader"]')?.getAttribute('title') === wanted,
    title,
  );
}
