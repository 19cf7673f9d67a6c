import { expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';

describePages('the frame', (pages) => {
  test('a page has one heading, a title and its landmarks', async () => {
    await pages.upload({ repository: 'gh/acme/web' });
    const page = await pages.page({ as: ADMIN, path: '/gh' });
    await page.getByRole('link', { name: 'acme' }).first().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.title()).toMatch(/ · Thatch$/);
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('banner').count()).toBe(1);
  });
});
