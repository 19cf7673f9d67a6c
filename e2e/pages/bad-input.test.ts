import { beforeAll, expect, test } from 'vitest';
import { settled, sidewaysOverflow } from './support/checks.ts';
import { ADMIN, describePages } from './support/pages.ts';
import { newSha } from './support/reports.ts';

/* What nobody means to send, and what is more than usual: each page stays usable. Files of 100,000 lines are row 15, trees of 50,000 row 11. */

const UPLOADS = 50;
const FLAGS_EACH = 40;
/** "Usable": fewer rows than these are in the document. */
const MOST_ROWS = 300;

const nameOf = (flag: number): string => `suite-${String(flag).padStart(4, '0')}`;

describePages('an empty repository', (pages) => {
  const repository = 'gh/acme/empty';
  const sha = newSha();
  beforeAll(() => pages.upload({ repository, sha, report: 'this is no report', name: 'odd', wait: 0 }));

  test('says that nothing counts yet, and leads to what came and why it does not count', async () => {
    const page = await pages.page({ as: ADMIN, path: `/${repository}`, width: 360 });
    await page.getByText('Of what came so far nothing is in a report.').waitFor();
    await page.getByRole('link', { name: 'Connect a CI' }).waitFor();
    expect(await sidewaysOverflow(page)).toEqual([]);
    await page
      .getByRole('listitem')
      .filter({ hasText: sha.slice(0, 7) })
      .getByRole('link')
      .click();
    await page.waitForURL(`${pages.url}/${repository}/commit/${sha}`);
    await page.getByText('No report of this commit yet').waitFor();
    await page.getByRole('table').getByRole('link', { name: 'odd', exact: true }).click();
    await page.getByRole('dialog').getByText('How it begins').waitFor();
  });
});

describePages('2,000 flags', (pages) => {
  const repository = 'gh/acme/flags';
  const sha = newSha();
  beforeAll(async () => {
    for (let upload = 0; upload < UPLOADS; upload++) {
      const flags = Array.from({ length: FLAGS_EACH }, (_, index) => nameOf(upload * FLAGS_EACH + index));
      const isLast = upload === UPLOADS - 1;
      const report = `SF:src/add.ts\nDA:1,${upload}\nDA:2,0\nDA:${upload + 3},1\nend_of_record\n`;
      // Only the last one waits: all are merged with it.
      await pages.upload({ repository, sha, report, flags, name: `job ${upload}`, wait: isLast ? 60 : 0 });
    }
  }, 120_000);

  test.each([
    ['overview', `/${repository}`, 'All flags'],
    ['file', `/${repository}/blob/main/src/add.ts`, 'Flags 2,000'],
    ['commit', `/${repository}/commit/${sha}`, 'and 1,992 more flags'],
  ])('%s: one is found, chosen and taken back, and few rows are in the document', async (_, path, button) => {
    const page = await pages.page({ as: ADMIN, path });
    await settled(page);
    await page.getByRole('button', { name: button }).click();
    const list = page.getByRole('dialog', { name: 'Find a flag' });
    await list.getByText('The first 100 of 2,000. Type a part of the name.').waitFor();
    expect(await list.getByRole('checkbox').count()).toBeLessThan(MOST_ROWS);
    await page.keyboard.type('TE-1234');
    await list.getByRole('checkbox', { name: 'suite-1234' }).check();
    await page.waitForURL(({ searchParams }) => searchParams.getAll('flags').join() === 'suite-1234');
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    expect(await sidewaysOverflow(page)).toEqual([]);
    await page.goBack();
    await page.waitForURL(({ search }) => search === '');
  });

  test('the uploads of the commit are listed with all their flags', async () => {
    const page = await pages.page({ as: ADMIN, path: `/${repository}/commit/${sha}/uploads`, width: 360 });
    await page.getByRole('link', { name: 'job 49', exact: true }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(MOST_ROWS);
    expect(await sidewaysOverflow(page)).toEqual([]);
  });
});
