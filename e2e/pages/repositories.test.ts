import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { MANY_REPOSITORIES } from '../../packages/server/test/support/many-repositories.ts';
import { ADMIN, describePages } from './support/pages.ts';

/** The rows that are seen, in order, as text of their first cell. */
const names = (page: Page) => page.locator('tbody tr[data-index] td:first-child a').allTextContents();

const report = (hits: number, misses: number) =>
  [
    'SF:src/a.ts',
    ...Array.from({ length: hits + misses }, (_, line) => `DA:${line + 1},${line < hits ? 1 : 0}`),
    'end_of_record\n',
  ].join('\n');

describePages('repositories', (pages) => {
  describe('of an organisation', () => {
    beforeAll(async () => {
      await pages.upload({ repository: 'gh/acme/api', report: report(1, 3) });
      await pages.upload({ repository: 'gh/acme/web', report: report(3, 1) });
      await pages.upload({ repository: 'gh/acme/lumen', report: report(2, 0) });
      await pages.instance.thatch('repo', 'set', 'gh/acme/later', '--public');
    });

    test('row 5: search, sorts and filters write the address; Back undoes one step; reload restores', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/acme' });
      const waitFor = (search: string) => page.waitForURL((url) => url.search === search);
      await page.getByRole('button', { name: 'Coverage' }).click();
      await waitFor('?ordering=COVERAGE');
      await expect.poll(() => names(page)).toEqual(['lumen', 'web', 'api', 'later']);
      await page.getByRole('button', { name: 'Coverage' }).click();
      await waitFor('?ordering=COVERAGE&direction=ASC');
      await expect.poll(() => names(page)).toEqual(['api', 'web', 'lumen', 'later']);
      await page.getByText('Set up', { exact: true }).first().click();
      await waitFor('?ordering=COVERAGE&direction=ASC&repoDisplay=Configured');
      await expect.poll(() => names(page)).toEqual(['api', 'web', 'lumen']);
      await page.getByRole('searchbox').pressSequentially('we');
      await waitFor('?ordering=COVERAGE&direction=ASC&repoDisplay=Configured&search=we');
      await expect.poll(() => names(page)).toEqual(['web']);
      await page.reload();
      await expect.poll(() => names(page)).toEqual(['web']);
      expect(await page.getByRole('searchbox').inputValue()).toBe('we');
      await page.goBack();
      await waitFor('?ordering=COVERAGE&direction=ASC&repoDisplay=Configured');
      expect(await page.getByRole('searchbox').inputValue()).toBe('');
      await page.goBack();
      await waitFor('?ordering=COVERAGE&direction=ASC');
      await expect.poll(() => names(page)).toEqual(['api', 'web', 'lumen', 'later']);
      await page.goBack();
      await page.goBack();
      await waitFor('');
    });

    test('row 5: letters in order find what no part of the name does, a bad value is none', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/acme?ordering=nonsense&search=lmn' });
      await expect.poll(() => names(page)).toEqual(['lumen']);
      await page
        .getByRole('columnheader', { name: 'Last report' })
        .and(page.locator('[aria-sort=descending]'))
        .waitFor();
      await page.getByRole('searchbox').fill('nothing like it');
      await page.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(() => names(page)).toHaveLength(4);
    });

    test('the sums at the top are those of the rows, and a guest sees only what is public', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/acme' });
      await page.getByText('6 / 10 lines').waitFor();
      await page.getByText('3 of 4 repositories report').waitFor();
      const guest = await pages.page({ path: '/gh/acme' });
      await expect.poll(() => names(guest)).toEqual(['later']);
      await guest.getByRole('link', { name: 'Set up later' }).waitFor();
    });

    test('an upload changes row and sums by itself', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/live', tolerates: [/404/] });
      await page.getByText('There is nothing here for').waitFor();
      await pages.upload({ repository: 'gh/live/one', report: report(1, 1) });
      await page.reload();
      await page.getByText('1 / 2 lines').waitFor();
      await page.getByRole('img', { name: /^Live/ }).waitFor();
      await page.mouse.move(0, 0);
      await pages.upload({ repository: 'gh/live/two', report: report(2, 0) });
      await page.getByText('3 / 4 lines').waitFor();
      await expect.poll(() => names(page)).toEqual(['two', 'one']);
    });

    test('rows are gone through by keys, and opened', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/acme?ordering=NAME&direction=ASC' });
      await expect.poll(() => names(page)).toEqual(['api', 'later', 'lumen', 'web']);
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await page.keyboard.press('j');
      expect(await focused()).toBe('api');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      expect(await focused()).toBe('lumen');
      await page.keyboard.press('k');
      expect(await focused()).toBe('later');
      await page.keyboard.press('k');
      await page.keyboard.press('o');
      await page.waitForURL('**/gh/acme/api');
    });

    test('an address in another spelling is rewritten to the stored one', async () => {
      const page = await pages.page({ as: ADMIN, path: '/gh/ACME?ordering=NAME' });
      await page.waitForURL('**/gh/acme?ordering=NAME');
    });
  });

  test('row 6: ten thousand repositories are usable: few rows in the document, the end is one key away', async () => {
    const [{ id }] = await pages.instance.query(
      "insert into owners (service, name) values ('github', 'many') returning id",
    );
    await pages.instance.query(MANY_REPOSITORIES, [id, 10_000]);
    // As the database does by itself a minute later.
    await pages.instance.query('analyze repositories, branches, commits');
    const page = await pages.page({ as: ADMIN, path: '/gh/many?ordering=NAME&direction=ASC' });
    await page.getByRole('link', { name: 'service-00001', exact: true }).waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('10001');
    expect(await page.locator('tr').count()).toBeLessThan(300);
    await page.keyboard.press('End');
    await page.getByRole('link', { name: 'service-10000', exact: true }).waitFor();
    expect(await page.locator('tr').count()).toBeLessThan(300);
    expect(await page.locator('tr').last().getAttribute('aria-rowindex')).toBe('10001');
    await page.keyboard.press('Home');
    await page.getByRole('link', { name: 'service-00001', exact: true }).waitFor();
  });
});
