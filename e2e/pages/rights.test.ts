import { expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';

const R = '/gh/acme/vault';

describePages('what a person may see', (pages) => {
  test('row 30: a stranger finds the same for what is private and for what does not exist', async () => {
    await pages.upload({ repository: 'gh/acme/vault' });
    const otto = await pages.account('otto');
    const page = await pages.page({ as: otto, path: R, tolerates: [/404/] });
    const told = page.getByRole('main').getByText('There is nothing here for otto.');
    await told.waitFor();
    const first = await page.getByRole('main').innerText();
    await page.goto(`${pages.url}/gh/acme/none`);
    await told.waitFor();
    expect(await page.getByRole('main').innerText()).toBe(first);
  });

  test('who may no longer see a repository is told which account it was shown to in this browser', async () => {
    const lena = await pages.account('lena');
    const page = await pages.page({ as: ADMIN, path: R, tolerates: [/404/] });
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.request.post(`${pages.url}/api/ui/session`, { data: lena, headers: { origin: pages.url } });
    await page.reload();
    await page.getByText('In this browser it was last shown to the account admin.').waitFor();
  });

  test('a session that ended leads to signing in, and back', async () => {
    const page = await pages.page({ as: ADMIN, path: R, tolerates: [/404/] });
    await page.getByRole('link', { name: 'Commits', exact: true }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Commits', exact: true }).click();
    await page.getByText('There is nothing here for you.').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Account').fill(ADMIN.name);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${pages.url}${R}/commits`);
  });

  test('settings are in tabs, keys and palette of those alone who may change something', async () => {
    const rita = await pages.account('rita', 'gh/acme/vault=reader');
    const mia = await pages.account('mia', 'gh/acme/vault=member');
    for (const [account, has] of [
      [rita, false],
      [mia, true],
    ] as const) {
      const page = await pages.page({ as: account, path: R });
      await page.getByRole('heading', { name: 'Latest commits' }).waitFor();
      await page.getByRole('slider').waitFor();
      expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(has ? 1 : 0);
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: 'Commits of vault' }).waitFor();
      expect(await page.getByRole('option', { name: 'Settings of vault' }).count()).toBe(has ? 1 : 0);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByText('Go to the commits').waitFor();
      expect(await page.getByText('Go to the settings').count()).toBe(has ? 1 : 0);
    }
  });

  test('y puts the commit in place of the branch, the palette does what the page can do', async () => {
    const page = await pages.page({ as: ADMIN, path: `${R}/tree/main/src?sort=lines` });
    await page.getByRole('slider').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: 'Make the address a permalink' }).click();
    await page.waitForURL(/\/gh\/acme\/vault\/tree\/[0-9a-f]{40}\/src\?sort=lines$/);
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: 'Find a file' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Find file');
  });
});
