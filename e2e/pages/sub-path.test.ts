import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../packages/server/test/support/server-process.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { startProxy, type Proxy } from './support/proxy.ts';

const PREFIX = '/thatch';
const [stripping, passing] = [await findFreePort(), await findFreePort()];

describe.each([
  { name: 'a proxy that takes the prefix off', port: stripping, strips: true },
  { name: 'a proxy that leaves the prefix', port: passing, strips: false },
])('below a path, behind $name', ({ port, strips }) => {
  const address = `http://127.0.0.1:${port}${PREFIX}`;
  describePages(
    'the whole interface',
    (pages) => {
      let proxy: Proxy;
      beforeAll(async () => {
        proxy = await startProxy({ port, target: pages.url, prefix: PREFIX, strips });
        await pages.upload({ repository: 'gh/acme/web' });
      });
      afterAll(() => proxy.close());

      test('one signs in, and every link and request stays below it', async () => {
        const page = await pages.page({ origin: `http://127.0.0.1:${port}` });
        const outside: string[] = [];
        page.on('request', (request) => {
          if (!new URL(request.url()).pathname.startsWith(`${PREFIX}/`)) outside.push(request.url());
        });
        await page.goto(`${address}/login?to=%2Fgh`);
        await page.getByLabel('Account').fill(ADMIN.name);
        await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL(`${address}/gh`);
        await page.getByRole('main').getByRole('link', { name: 'acme' }).click();
        await page.waitForURL(`${address}/gh/acme`);
        await page.reload();
        await page.getByRole('heading', { level: 1 }).waitFor();
        for (const link of await page.getByRole('link').all()) {
          const target = await link.evaluate((element) => (element as HTMLAnchorElement).href);
          expect(target).toMatch(new RegExp(`^${address}(?:[/#?]|$)`));
        }
        await page.goto(`${address}/github/acme/web`);
        await page.waitForURL(`${address}/gh/acme/web`);
        expect(outside).toEqual([]);
      });
    },
    { arguments: ['--set', `setup.codecov_url=${address}`] },
  );
});
