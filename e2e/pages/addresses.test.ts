import { beforeAll, test } from 'vitest';
import { FOUND, MOVED, R } from '../../packages/web/test/old-addresses.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { newSha } from './support/reports.ts';

/** The browser's own line about what the server answered with: the repositories of the table are not all there. */
const MISSING = /status of 404/;

describePages('row 28: old forms of addresses, in the interface', (pages) => {
  const sha = newSha();
  beforeAll(async () => {
    await pages.upload({ repository: 'gh/acme/web', sha });
  });

  test('each ends at the address of its page, which shows something', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh', tolerates: [MISSING] });
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const [old, now] of [...MOVED, ...FOUND]) {
      await page.evaluate((address) => history.pushState(null, '', address), old);
      // What is only carried along goes too.
      const [path, query] = now.split('?');
      const kept = new URLSearchParams(query);
      for (const name of ['src', 'el']) kept.delete(name);
      // The first page leads on to an organisation.
      const isThere = (url: URL): boolean => (now === '/' ? url.pathname !== old : url.pathname === path);
      await page
        .waitForURL((url) => isThere(url) && url.searchParams.toString() === kept.toString())
        .catch(() => {
          throw new Error(`${old} led to ${page.url()}, not to ${now}`);
        });
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
  });

  test('what data tells is asked for, and Back does not lead through the old form', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh', tolerates: [MISSING] });
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const [below, now] of [
      ['src/src/add.ts', 'blob/src/add.ts'],
      ['src/deep', 'tree/src/deep'],
      ['nothing/here.ts', ''],
    ]) {
      await page.evaluate((address) => history.pushState(null, '', address), `/github/acme/web/commit/${sha}/${below}`);
      await page.waitForURL(`${pages.url}${R}/commit/${sha}${now === '' ? '' : `/${now}`}`);
      await page.goBack();
      await page.waitForURL(`${pages.url}/gh`);
    }
  });

  test('what links of bots carry is taken off the address, the rest and the hash stay', async () => {
    const page = await pages.page({
      as: ADMIN,
      path: `/github/acme/web/pull/12/diff?src=pr&el=tree&utm_medium=referral&filepath=src%2Fa.ts#diff-c3JjL2EudHM=`,
      tolerates: [MISSING],
    });
    await page.waitForURL(`${pages.url}${R}/pull/12?filepath=src%2Fa.ts#diff-c3JjL2EudHM=`);
  });
});
