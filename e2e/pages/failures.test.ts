import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { settled } from './support/checks.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { makeWorld, type World } from './support/world.ts';

/* An answer that fails never blanks a page (web-ui §2 "partial", issue "Bad input"). Only the answer under test is another. */

const FAILED = {
  status: 500,
  contentType: 'application/json',
  body: JSON.stringify({
    code: 'internal_error',
    detail: 'This answer was broken on purpose.',
    hint: null,
    field: null,
    request_id: 'broken-1',
  }),
};

/** The browser's own lines about what is broken here. */
const tolerates = [/status of 50[03]/, /ApiError/];

describePages('answers that fail', (pages) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(pages);
  });

  const VIEWS: readonly (readonly [name: string, path: (world: World) => string])[] = [
    ['repositories', () => '/gh/acme'],
    ['overview', ({ repository }) => repository],
    ['commits', ({ repository }) => `${repository}/commits`],
    ['commit', ({ repository, head }) => `${repository}/commit/${head}`],
    ['upload', ({ repository, head, uploads }) => `${repository}/commit/${head}/uploads/${uploads[2]}`],
    ['file', ({ repository }) => `${repository}/blob/main/src/ridge.ts`],
    ['connect', ({ repository }) => `${repository}/new`],
    ['tokens', ({ repository }) => `${repository}/config/tokens`],
  ];

  test.each(VIEWS)(
    '%s: whatever fails, there is a heading, and what failed or the rest of the page',
    async (_, path) => {
      const page = await pages.page({ as: ADMIN, tolerates });
      const whole = await visit(page, pages.url + path(world));
      expect(whole.asked.length).toBeGreaterThan(1);
      for (const broken of whole.asked) {
        await page.route(
          ({ pathname }) => pathname === broken,
          (route) => route.fulfill(FAILED),
        );
        const { text } = await visit(page, pages.url + path(world));
        expect(await page.locator('h1').count(), broken).toBe(1);
        const tells = text.includes('This answer was broken on purpose.') && text.includes('broken-1');
        // Menus and rights fail quietly: the page is there without them.
        expect(tells || text.length > whole.text.length / 2, `${broken}: ${text}`).toBe(true);
        if (/\/(overview|commits|map|tree|file|trend|source\/\w+|connect|tokens|session)$/.test(broken)) {
          expect(tells, `${broken}: ${text}`).toBe(true);
        }
        await page.unrouteAll();
      }
    },
    60_000,
  );

  test('row 31: a page that is opened while the server cannot answer says so, and appears by itself', async () => {
    const page = await pages.page({ as: ADMIN, tolerates });
    await page.route(/\/api\/ui\//, (route) => route.fulfill({ status: 503, body: 'later' }));
    await page.goto(pages.url + world.repository);
    await page.getByText(/^Not connected since \d\d:\d\d\. Retrying\.$/).waitFor();
    await page.getByRole('heading', { level: 1, name: 'This page could not be loaded' }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    await page.unrouteAll();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 40_000 });
    await page.getByText(/^Not connected/).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => Reflect.get(globalThis, 'isSamePage'))).toBe(true);
  }, 60_000);
});

/** Opens a page and waits for the end of its loading: its text, and what of the API it asked for. */
async function visit(
  page: Page,
  address: string,
): Promise<{ readonly text: string; readonly asked: readonly string[] }> {
  const asked = new Set<string>();
  const note = (request: { url(): string }): void => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/ui/') && pathname !== '/api/ui/events') asked.add(pathname);
  };
  page.on('request', note);
  await page.goto(address);
  await settled(page);
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  page.off('request', note);
  return { text: await page.locator('body').innerText(), asked: [...asked] };
}
