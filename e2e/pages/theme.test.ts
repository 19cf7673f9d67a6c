import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { settled } from './support/checks.ts';
import { ADMIN, describePages } from './support/pages.ts';

/** The background that is painted, as the browser computes it. */
function background(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

describePages('theme and media', (pages) => {
  beforeAll(async () => {
    await pages.upload({ repository: 'gh/acme/web' });
  });

  test('row 27: the theme follows the system, a choice wins over it and is kept', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh', theme: 'light' });
    await settled(page);
    const light = await background(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background(page);
    expect(dark).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('banner').getByRole('button', { name: /theme/i }).click();
    await page.getByRole('menuitemradio', { name: /dark/i }).click();
    expect(await background(page)).toBe(dark);
    await page.reload();
    expect(await background(page)).toBe(dark);
  });

  test('row 27: the first paint has the right background, before the interface is loaded', async () => {
    const page = await pages.page({ theme: 'light', tolerates: [/ERR_FAILED/] });
    // Only what blocks the first paint may load: the document, its style sheet and the script of the theme.
    await page.route(/\/assets\/(?!theme\.)[^/]+\.js$/, (route) => route.abort());
    const shown = async (preferences: object) => {
      await page.goto(`${pages.url}/login`, { waitUntil: 'commit' });
      await page.evaluate((text) => localStorage.setItem('thatch-preferences', text), JSON.stringify(preferences));
      await page.goto(`${pages.url}/login`, { waitUntil: 'domcontentloaded' });
      return background(page);
    };
    const [light, dark, system] = [
      await shown({ theme: 'light' }),
      await shown({ theme: 'dark' }),
      await shown({ theme: 'system' }),
    ];
    expect(dark).not.toBe(light);
    expect(system).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await shown({ theme: 'system' })).toBe(dark);
    expect(await shown({ theme: 'light' })).toBe(light);
  }, 30_000);

  test('row 26: with reduced motion nothing moves for longer than 80 ms', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web', reducesMotion: true });
    await settled(page);
    const slow = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, animationDuration, animationIterationCount } = getComputedStyle(element);
        const longest = Math.max(...`${transitionDuration},${animationDuration}`.split(',').map(Number.parseFloat));
        const isEndless = animationIterationCount === 'infinite';
        return longest > 0.08 || isEndless ? [`${element.tagName} ${transitionDuration} ${animationDuration}`] : [];
      }),
    );
    expect(slow).toEqual([]);
  });

  test('row 26: in forced colours the three classes of a bar differ by their lines', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh', forcesColors: true });
    await settled(page);
    const bar = page
      .getByRole('main')
      .getByRole('img', { name: /missed/ })
      .first();
    await bar.waitFor();
    const lines = await bar.evaluate((element) =>
      [...element.children].map((segment) => getComputedStyle(segment).borderBlockStartStyle),
    );
    expect(lines).toEqual(['solid', 'dashed', 'double']);
  });
});
