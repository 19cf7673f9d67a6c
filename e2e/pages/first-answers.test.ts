import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';
import { makeWorld, type World } from './support/world.ts';

/* web-ui §5: a page waits for at most three answers before its first data; what is beside the matter is asked for after it was painted. */

const MOST_ANSWERS = 3;

interface Shown {
  /** Addresses below `/api/ui` that were asked for before the first data stood in the document, without their parameters. */
  readonly before: readonly string[];
  /** Scripts that were asked for until then and that the document did not name. */
  readonly late: readonly string[];
}

/** Opens a page and notes what it asked for until something fits a selector. */
async function openUntil(page: Page, address: string, selector: string): Promise<Shown> {
  await page.addInitScript(noteShown, selector);
  const html = (await (await page.goto(address))?.text()) ?? '';
  const named = new Set([...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path));
  await page.locator(selector).first().waitFor();
  const asked = await page.evaluate(
    () => (window as unknown as { readonly askedBefore: readonly string[] }).askedBefore,
  );
  const paths = asked.map((url) => new URL(url).pathname);
  return {
    before: paths.filter((path) => path.startsWith('/api/ui/')).toSorted(),
    late: paths.filter((path) => path.endsWith('.js') && !named.has(path)),
  };
}

/** Runs in the page before its own scripts. */
const noteShown = (selector: string): void => {
  const noted: string[] = [];
  const { fetch } = window;
  window.fetch = (input, init) => {
    noted.push(new URL(input instanceof Request ? input.url : input, location.href).href);
    return fetch(input, init);
  };
  const observer = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    observer.disconnect();
    const scripts = performance.getEntriesByType('resource').map(({ name }) => name);
    const own = { askedBefore: [...noted, ...scripts.filter((name) => name.endsWith('.js'))] };
    Object.assign(window, own);
  });
  observer.observe(document, { childList: true, subtree: true });
};

const ROW = '[data-tree-row][aria-level]';
const CODE = '[role="grid"] [data-line]';

describePages('before its first data', (pages) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(pages);
  });
  const repository = '/api/ui/repos/gh/acme/roof';
  const session = '/api/ui/session';

  describe.each([
    ['the overview', () => world.repository, ROW, [repository, `${repository}/overview`, session]],
    [
      'the overview as a list',
      () => `${world.repository}?displayType=list`,
      ROW,
      [repository, `${repository}/overview`, session],
    ],
    [
      'the commits',
      () => `${world.repository}/commits`,
      'a[href*="/commit/"]',
      [repository, `${repository}/commits`, session],
    ],
    [
      'a commit',
      () => `${world.repository}/commit/${world.head}`,
      ROW,
      [repository, `${repository}/commits/HEAD`, session],
    ],
    ['a file', () => `${world.repository}/blob/main/src/ridge.ts`, CODE, [repository, `${repository}/file`, session]],
    [
      'the repositories',
      () => '/gh/acme',
      'a[href$="/gh/acme/roof"]',
      ['/api/ui/owners/gh/acme', '/api/ui/owners/gh/acme/repositories', session],
    ],
  ])('%s', (_name, path, selector, answers) => {
    test(`asks for at most ${MOST_ANSWERS} answers, and for no script that the document did not name`, async () => {
      const page = await pages.page({ as: ADMIN });
      const { before, late } = await openUntil(page, pages.url + path(), selector);
      expect(before).toEqual(answers.map((each) => each.replace('HEAD', world.head)));
      expect(before.length).toBeLessThanOrEqual(MOST_ANSWERS);
      expect(late).toEqual([]);
    });
  });

  test('the rest of the overview comes after it: trend, map, flags and strips', async () => {
    const page = await pages.page({ as: ADMIN });
    const later = ['trend', 'map', 'flags', 'strips'];
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname.replace(`${repository}/`, '')));
    const all = later.map((name) => page.waitForResponse((response) => response.url().includes(`/${name}?`)));
    await Promise.all([...all, page.goto(`${pages.url}${world.repository}?displayType=list`)]);
    for (const name of later) expect(asked.indexOf(name)).toBeGreaterThan(asked.indexOf('overview'));
    expect(asked).not.toContain('files');
  });

  test('a link that is pointed at brings the data of its page, so that a press asks for nothing that it waits for', async () => {
    const page = await pages.page({ as: ADMIN, path: world.repository });
    await page.locator(ROW).first().waitFor();
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === `${repository}/commits`);
    const commits = page.getByRole('link', { name: 'Commits', exact: true });
    await commits.hover();
    await answered;
    await page.route(`**${repository}/commits*`, (route) => route.abort());
    await commits.click();
    await page.locator('li a[href*="/commit/"]').first().waitFor();
  });
});
