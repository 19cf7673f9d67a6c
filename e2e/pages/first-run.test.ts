import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeProject, type Project } from '../support/project.ts';
import { plainEnvironment, run } from '../support/run.ts';
import { accessibilityFaults, clippedTexts, settled, sidewaysOverflow } from './support/checks.ts';
import { describePages } from './support/pages.ts';

const ADA = { name: 'ada', password: 'a password of ada' } as const;
/** The browser's own line about an answer that is no success. */
const REFUSED = /status of 40[34]/;

const make = (page: Page) => page.getByRole('button', { name: 'Make the administrator' });

async function fill(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(ADA.name);
  await page.getByLabel('Password', { exact: true }).fill(ADA.password);
}

/** What is poor about a state of the page, in both themes, on a phone, and at 320 px. */
async function faults(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, theme] of [
    [1440, 'light'],
    [1440, 'dark'],
    [320, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await still(page);
    found.push(...(await accessibilityFaults(page)), ...(await sidewaysOverflow(page)), ...(await clippedTexts(page)));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** Waits until nothing changes its colour any more. */
function still(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
}

describePages(
  'the first run',
  (pages) => {
    let project: Project;
    beforeAll(() => {
      project = makeProject();
    });
    afterAll(() => project.remove());

    test('row 1: on an empty server / leads to it, and a visitor who is no administrator yet has the form only', async () => {
      const page = await pages.page({ path: '/' });
      await page.waitForURL(`${pages.url}/setup`);
      await make(page).waitFor();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name');
      expect(await faults(page)).toEqual([]);
      await page.goto(`${pages.url}/login`);
      await page.waitForURL(`${pages.url}/setup`);
    });

    test('the password is dots until it is shown, and too short a one is refused at its field', async () => {
      const page = await pages.page({ path: '/setup', tolerates: [/status of 422/] });
      const password = page.getByLabel('Password', { exact: true });
      await page.getByLabel('Name').fill(ADA.name);
      await password.fill('elevenchars');
      expect(await password.getAttribute('type')).toBe('password');
      await page.getByRole('button', { name: 'Show password' }).click();
      expect(await password.getAttribute('type')).toBe('text');
      await make(page).click();
      expect(await password.evaluate((input) => (input as HTMLInputElement).validity.tooShort)).toBe(true);
      await page.getByLabel('Name').fill('not a name');
      await password.fill(ADA.password);
      await make(page).click();
      await page.getByText('Letters, digits and . _ @ -').waitFor();
    });

    test('row 1: making the administrator lands on the snippet; /setup is 404 for visitors afterwards', async () => {
      const page = await pages.page({ path: '/setup' });
      await fill(page);
      await make(page).click();
      const token = page.getByRole('region', { name: 'token', exact: true });
      await token.waitFor();
      expect(page.url()).toBe(`${pages.url}/setup`);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('2Step 2: Address');
      await page.getByText('This browser reaches it.').waitFor();
      await page.getByText('CI on other machines does not reach this address.').waitFor();
      await expect.poll(() => token.innerText()).toContain('••••');
      await token.focus();
      await expect.poll(() => token.innerText()).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
      await page.getByRole('main').getByRole('heading', { level: 1 }).click();
      await expect.poll(() => token.innerText()).toContain('••••');
      expect(await faults(page)).toEqual([]);
      const visitor = await fetch(`${pages.url}/setup`, { headers: { accept: 'text/html' } });
      expect(visitor.status).toBe(404);
      const stranger = await pages.page({ path: '/setup', tolerates: [REFUSED] });
      await stranger.getByText('There is nothing here for you.').waitFor();
    });

    test('a token is shown once: after a reload its beginning is named, and another can be made', async () => {
      const page = await pages.page({ as: ADA, path: '/' });
      await page.waitForURL(`${pages.url}/setup`);
      await page.getByText(/The token that begins with [\da-f]{8} was shown once/).waitFor();
      const token = page.getByRole('region', { name: 'token', exact: true });
      expect(await token.innerText()).toBe('YOUR_UPLOAD_TOKEN');
      await page.getByRole('button', { name: 'Make another token' }).click();
      await expect.poll(() => token.innerText()).toContain('••••');
    });

    test('the address can be changed; of another one it is said that it was not checked', async () => {
      const page = await pages.page({ as: ADA, path: '/setup', tolerates: [/status of 422/] });
      const field = page.getByLabel('Address', { exact: true });
      await page.getByRole('button', { name: 'Change', exact: true }).click();
      expect(await field.inputValue()).toBe(pages.url);
      await field.fill('https://thatch.example/path');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('One with a path is set in codecov.yml').waitFor();
      await field.fill('https://thatch.example');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(`Not checked: this page was opened at ${pages.url}.`).waitFor();
      expect(await page.getByRole('region', { name: 'snippet' }).textContent()).toContain(
        'THATCH_URL: https://thatch.example\n',
      );
      await page.getByRole('button', { name: 'Change', exact: true }).click();
      await field.fill(pages.url);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('This browser reaches it.').waitFor();
    });

    test('row 3: an upload with a wrong token shows its rule and the fix on the waiting page', async () => {
      const page = await pages.page({ as: ADA, path: '/setup' });
      await listening(page);
      const refused = await pages.upload({ repository: 'gh/acme/web', token: 'not-a-token', wait: 0 });
      expect(refused.status).toBe(401);
      const { code, hint } = refused.body as { readonly code: string; readonly hint: string };
      const alert = page.getByRole('main').getByRole('alert').filter({ hasText: code });
      await alert.waitFor();
      expect(await alert.textContent()).toContain(hint);
      expect(await faults(page)).toEqual([]);
    });

    test('row 2: the shell snippet, copied by its button and run, leads from received to merged and to the commit, without a reload', async () => {
      const page = await pages.page({ as: ADA, path: '/setup' });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await listening(page);
      await page.getByRole('button', { name: 'Make another token' }).click();
      await page.getByRole('tab', { name: 'Shell' }).click();
      const snippet = page.getByRole('region', { name: 'snippet' });
      await expect.poll(() => snippet.innerText()).toContain('••••');
      const loads = await page.evaluate(() => performance.getEntriesByType('navigation').length);
      await page.getByRole('button', { name: 'Copy snippet' }).click();
      await page.getByText('Copied').waitFor({ state: 'attached' });
      const text = await page.evaluate(() => navigator.clipboard.readText());
      const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
      const ended = await run('sh', [], {
        folder: project.folder,
        input: text,
        environment: plainEnvironment({ PATH: path }),
      });
      expect(ended.status, ended.text).toBe(0);
      await page.getByText('The report is merged').waitFor();
      expect(await page.getByRole('list', { name: 'Steps of a report' }).locator('[data-reached]').count()).toBe(3);
      expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(loads);
      expect(await faults(page)).toEqual([]);
      await page.getByRole('link', { name: 'Open your first commit' }).click();
      await page.waitForURL(new RegExp(`/commit/${project.sha}$`));
      await settled(page);
    });

    test('row 1: after the first merged upload it is over for the administrator too, and / leads to the organisation', async () => {
      const page = await pages.page({ as: ADA, path: '/setup', tolerates: [REFUSED] });
      await page.getByText(`There is nothing here for ${ADA.name}.`).waitFor();
      await page.goto(`${pages.url}/`);
      await page.waitForURL((url) => /^\/\w+\/[^/]+$/.test(url.pathname));
    });
  },
  { hasAdmin: false },
);

describePages(
  'the first run from another machine',
  (pages) => {
    test('is opened by its link only; who has none is told where it is', async () => {
      const page = await pages.page({ path: '/setup', tolerates: [REFUSED] });
      await page.getByText('This page is opened by its link.').waitFor();
      expect(await page.getByRole('main').textContent()).toContain(`${pages.url}/setup#`);
      expect(await make(page).count()).toBe(0);
      expect(await faults(page)).toEqual([]);
      await page.goto(`${pages.url}/setup#guessed`);
      await fill(page);
      await make(page).click();
      await page.getByRole('alert').filter({ hasText: 'This is not the link of this installation.' }).waitFor();
      await page.goto(`${pages.url}/setup#the-token-of-the-environment`);
      await fill(page);
      await make(page).click();
      await page.getByText('Listening for the first report').waitFor();
      expect(page.url()).toBe(`${pages.url}/setup`);
    });

    test('Finish ends it, and home says how to go on', async () => {
      const page = await pages.page({ as: ADA, path: '/setup' });
      await page.getByRole('button', { name: 'Finish' }).click();
      await page.getByText('npx thatch token create --global').waitFor();
      expect(page.url()).toBe(`${pages.url}/`);
      expect(await faults(page)).toEqual([]);
    });
  },
  { hasAdmin: false, environment: { THATCH_SETUP_TOKEN: 'the-token-of-the-environment' } },
);

describePages(
  'the demo repository',
  (pages) => {
    test('is loaded by its button on an empty server, and its first commit can be opened', async () => {
      const page = await pages.page({ path: '/setup' });
      await fill(page);
      await make(page).click();
      await page.getByRole('button', { name: 'Load demo repository' }).click();
      await page.getByText(/^\d+ uploads of the demo repository are on their way\.$/).waitFor();
      await page.getByRole('link', { name: 'Open your first commit' }).click();
      await page.waitForURL(/\/git\/demo\/\w+\/commit\/[\da-f]{40}$/);
      await settled(page);
    });
  },
  { hasAdmin: false },
);

/** Waits until the page hears of what happens from now on. */
async function listening(page: Page): Promise<void> {
  await page.getByText('Listening for the first report').waitFor();
  await page.locator('[title^="Live"]').waitFor();
}
