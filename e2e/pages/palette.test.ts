import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';

describePages('the palette and the keys', (pages) => {
  let sha = '';
  beforeAll(async () => {
    ({ sha } = await pages.upload({ repository: 'gh/acme/web' }));
    await pages.upload({ repository: 'gh/acme/web', branch: 'feature/x' });
    await pages.upload({ repository: 'gh/other/thing' });
  });

  // Pages have fields of their own that list what fits.
  const palette = (page: Page) => page.getByRole('dialog', { name: 'Search or jump to' });
  const open = async (page: Page, text: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await palette(page).getByRole('combobox').pressSequentially(text);
  };
  const option = (page: Page, name: string | RegExp) => palette(page).getByRole('option', { name });

  test('finds repositories of every organisation, and what was used is first the next time', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme' });
    await page.getByRole('banner').waitFor();
    await open(page, 'thi');
    await option(page, 'other / thing').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/gh/other/thing');
    await page.keyboard.press('Control+k');
    await option(page, 'other / thing').waitFor();
    expect(await page.getByRole('option').first().textContent()).toBe('other / thing');
    expect(await page.locator('style').count()).toBe(0);
  });

  test('finds branches, commits and files of the repository where one is', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web' });
    await page.getByRole('banner').waitFor();
    await open(page, 'feat');
    await option(page, 'feature/x').click();
    await page.waitForURL('**/gh/acme/web/tree/feature%2Fx');
    await open(page, sha.slice(0, 8));
    await option(page, new RegExp(`^${sha.slice(0, 7)}`)).click();
    await page.waitForURL(`**/gh/acme/web/commit/${sha}`);
    await open(page, 't choose');
    await option(page, 'src/deep/choose.ts').click();
    await page.waitForURL('**/gh/acme/web/blob/main/src/deep/choose.ts');
  });

  test('takes any address of a forge, and what comes late does not move the selection', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web' });
    await page.getByRole('banner').waitFor();
    await open(page, 'https://github.com/acme/web/blob/main/src/add.ts#L2');
    await option(page, /^Open/).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/gh/acme/web/blob/main/src/add.ts#L2');
    await open(page, 'web');
    const selected = page.locator('[role=option][aria-selected=true]');
    await selected.waitFor();
    const before = await selected.textContent();
    await option(page, 'acme / web').waitFor();
    expect(await selected.textContent()).toBe(before);
  });

  test('Esc closes it and the focus is where it was', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme' });
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Control+k');
    await palette(page).waitFor();
    await page.keyboard.press('Escape');
    await palette(page).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
  });

  test('? lists the keys that work here; each works; none is taken from an input, none when switched off', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web' });
    await page.getByRole('banner').waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const label of ['Search or jump to anything', 'Go home', 'Go to the commits', 'Show this list']) {
      await help.getByText(label).waitFor();
    }
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL('**/gh/acme/web/commits');
    await page.goto(`${pages.url}/gh/acme`);
    const search = page.getByRole('searchbox');
    await search.waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('g?');
    expect(await search.inputValue()).toBe('g?');
    await page.evaluate(() => localStorage.setItem('thatch-preferences', JSON.stringify({ hasSingleKeys: false })));
    await page.goto(`${pages.url}/gh/acme`);
    await page.getByRole('banner').waitFor();
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await palette(page).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
  });
});
