import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { settled } from './support/checks.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { SCENES } from './support/views.ts';
import { makeWorld, type World } from './support/world.ts';

const MOST_PAGES = 120;
const [{ views: VIEWS }] = SCENES;

describePages('a crawl of all pages', (pages) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(pages);
  });

  // Whatever leaves the origin, breaks the policy or throws is a complaint of the window, which fails the test when it closes.
  test('rows 22 and 50: every link leads to a page, and no request leaves the origin', async () => {
    const page = await pages.page({ as: ADMIN, tolerates: VIEWS.flatMap(({ tolerates }) => tolerates) });
    const waiting = new Set([
      '/',
      ...VIEWS.filter(({ tolerates }) => tolerates.length === 0).map(({ path }) => path(world)),
    ]);
    const dead: string[] = [];
    let visited = 0;
    for (const path of waiting) {
      if (++visited > MOST_PAGES) break;
      await page.goto(pages.url + path);
      await settled(page);
      if (await page.getByRole('main').getByText('There is nothing here for you').isVisible()) dead.push(path);
      for (const address of await linksOf(page)) {
        const { origin, pathname, search } = new URL(address);
        const isOwn = origin === pages.url && !pathname.startsWith('/api/') && !pathname.startsWith('/upload/');
        // Filters and orders of one page are the same page.
        if (isOwn && pathname !== '/logout' && !isKnown(waiting, pathname)) waiting.add(pathname + search);
      }
    }
    expect(dead).toEqual([]);
    expect(visited).toBeGreaterThan(VIEWS.length / 2);
  }, 240_000);
});

function linksOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map(({ href }) => href));
}

function isKnown(waiting: ReadonlySet<string>, pathname: string): boolean {
  return [...waiting].some((path) => path.split(/[?#]/, 1)[0] === pathname);
}
