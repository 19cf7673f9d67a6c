import { beforeAll, expect, test } from 'vitest';
import { ADMIN, describePages } from './support/pages.ts';
import { LCOV } from './support/reports.ts';

const R = '/gh/acme/web';

describePages('the address of a page', (pages) => {
  let sha = '';
  beforeAll(async () => {
    await pages.upload({ repository: 'gh/acme/web', flags: ['unit'] });
    ({ sha } = await pages.upload({ repository: 'gh/acme/web', flags: ['unit'] }));
    await pages.upload({ repository: 'gh/acme/web', sha, flags: ['e2e'], report: LCOV });
  });

  const tidied: readonly (readonly [string, string])[] = [
    ['/gh/acme?ordering=size&direction=up&repoDisplay=not_configured&x=1', '/gh/acme?repoDisplay=Not+Configured&x=1'],
    [`${R}?displayType=grid&sort=size&trend=30_days&x=1`, `${R}?trend=30+days&x=1`],
    [`${R}?displayType=LIST&sort=misses&flags[]=unit&flags[0]=e2e`, `${R}?displayType=list&flags=unit&flags=e2e`],
    [`${R}/commits?coverageStatus=lost&search=&author=ada&x=1`, `${R}/commits?author=ada&x=1`],
  ];

  test.each(tidied)('%s loses what is no value, and keeps what is unknown', async (written, tidy) => {
    const page = await pages.page({ as: ADMIN, path: written });
    await page.waitForURL(pages.url + tidy);
    await page.goBack();
    expect(page.url()).toBe('about:blank');
  });

  test('every page of a repository is rewritten to the stored spelling, with its parameters', async () => {
    const page = await pages.page({ as: ADMIN });
    for (const below of [`/commits?author=ada`, `/commit/${sha}/uploads`, '/new/gitlab-ci', '/config/tokens']) {
      await page.goto(`${pages.url}/gh/ACME/Web${below}`);
      await page.waitForURL(`${pages.url}${R}${below}`);
    }
  });

  test('commits of a branch that nobody knows lead to those of all branches', async () => {
    const page = await pages.page({ as: ADMIN, path: `${R}/commits/nowhere` });
    await page.getByText('No commit of nowhere is known').waitFor();
    await page.getByRole('link', { name: 'Show all branches' }).click();
    await page.getByRole('list').getByText(sha.slice(0, 7)).waitFor();
  });

  test('the trend tells where the set of flags changed', async () => {
    const page = await pages.page({ as: ADMIN, path: R });
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    await page.getByText('Flags +e2e', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('cell', { name: 'Flags +e2e' }).waitFor();
  });
});
