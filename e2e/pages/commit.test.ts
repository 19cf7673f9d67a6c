import { beforeAll, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../../packages/cli/test/repository.ts';
import { ADMIN, describePages, type Pages } from './support/pages.ts';
import { LCOV, newSha } from './support/reports.ts';

const lcov = (...paths: string[]): string =>
  paths.map((path) => `SF:${path}\nDA:1,1\nDA:2,0\nend_of_record\n`).join('');

/** Two files, so that rules can be told from chance. */
const BROKEN = '<html><body><script>window.wasRun = true</script></body></html>';

describePages('a commit', (pages) => {
  let clone: TestRepository;
  let sha: string;

  beforeAll(async () => {
    clone = makeRepository();
    for (const name of ['a', 'b', 'main']) clone.write(`src/${name}.ts`, `export const ${name} = 1;\nexport {};\n`);
    sha = clone.commit('Add <img src=x onerror="window.wasRun = true">\n\n<b>body</b>');
    await send(pages, clone, 'good', 'good.info', lcov('src/main.ts', 'src/a.ts'));
    await send(pages, clone, 'broken', 'coverage.xml', BROKEN);
    await send(pages, clone, 'empty', 'empty.info', 'TN:\nend_of_record\n');
    await send(pages, clone, 'unmatched', 'dist.info', lcov('dist/a.ts', 'dist/b.ts', 'dist/gone.ts'));
  });

  test('row 12: a good, a broken, an empty and an unmatched upload say what they are; the good one counts', async () => {
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/shapes/commit/${sha}/uploads` });
    const table = page.getByRole('table');
    const row = (name: string) => table.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
    const why = (name: string) => row(name).locator('xpath=following-sibling::tr[1]').innerText();
    await row('good').getByText('merged').waitFor();
    expect(await row('broken').innerText()).toMatch(/error/);
    expect(await why('broken')).toContain('No coverage format was recognised in this file.');
    expect(await why('empty')).toContain('No line of coverage is left of this upload.');
    expect(await why('unmatched')).toContain('match no file of the repository: "dist/a.ts"');
    const numbers = page.getByRole('region', { name: 'Coverage of this commit' });
    expect(await numbers.innerText()).toMatch(/50\.00\s*%/);
    expect(await numbers.innerText()).toContain('2 / 4 lines');
    expect(await numbers.innerText()).toContain('1 of 4 uploads');
  });

  test('row 12: the suggested rule, tried, matches, and nothing is stored', async () => {
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/shapes/commit/${sha}/uploads` });
    await page.getByRole('link', { name: 'unmatched', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('This rule would match 2 of 3 paths.').waitFor();
    expect(await drawer.innerText()).toContain('looks like src/a.ts');
    expect(await drawer.getByLabel('Rule of fixes').inputValue()).toBe('dist/::src/');
    await drawer.getByRole('button', { name: 'Try this rule' }).click();
    await drawer.getByText('With this rule 2 of 3 paths would match. Nothing was stored.').waitFor();
    expect(await drawer.innerText()).toContain('fixes:\n  - "dist/::src/"');
    await drawer.getByLabel('Rule of fixes').fill('nothing::else/');
    await drawer.getByRole('button', { name: 'Try this rule' }).click();
    await drawer.getByText('With this rule none of the paths would match.').waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('unmatched');
    expect(new URL(page.url()).pathname).toBe(`/gh/acme/shapes/commit/${sha}/uploads`);
    expect(await page.getByRole('region', { name: 'Coverage of this commit' }).innerText()).toContain('1 of 4 uploads');
  });

  test('row 12: an unreadable report shows its reason, the fix and how it begins', async () => {
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/shapes/commit/${sha}` });
    await page.getByRole('complementary').getByRole('link', { name: 'broken' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('How it begins').waitFor();
    expect(await drawer.getByText('Fix:').first().innerText()).toBe('Fix:');
    expect(await drawer.locator('pre').first().innerText()).toBe(BROKEN);
    expect(await drawer.innerText()).toContain('unsupported_file_format');
    const steps = drawer.getByRole('list').filter({ hasText: 'Could not be read' });
    expect(await steps.innerText()).toMatch(/Received[\s\S]*Bytes complete[\s\S]*Could not be read/);
  });

  test('row 13: an upload that arrives while the page is open changes the totals, and nothing moves under the pointer', async () => {
    const other = newSha();
    await pages.upload({ repository: 'gh/acme/live', sha: other, name: 'first', report: lcov('a.ts') });
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/live/commit/${other}/uploads` });
    const numbers = page.getByRole('region', { name: 'Coverage of this commit' });
    await numbers.getByText('1 of 1 upload').waitFor();
    const first = page.getByRole('link', { name: 'first', exact: true });
    await first.hover();
    await page.evaluate('window.isSameDocument = true');
    await page.getByTitle('Live: changes appear by themselves').waitFor();
    const before = await first.boundingBox();
    await pages.upload({ repository: 'gh/acme/live', sha: other, name: 'second', report: LCOV });
    await numbers.getByText('2 of 2 uploads').waitFor();
    expect(await numbers.innerText()).toContain('4 / 7 lines');
    await page.getByRole('link', { name: 'second', exact: true }).waitFor();
    expect(await page.evaluate('window.isSameDocument')).toBe(true);
    expect(await first.boundingBox()).toEqual(before);
  });

  test('row 21: script in the message and in the name of a report is text', async () => {
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/shapes/commit/${sha}` });
    const title = 'Add <img src=x onerror="window.wasRun = true">';
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    await page.getByText('The whole message').click();
    await page.getByText('<b>body</b>').waitFor();
    await send(pages, clone, '<script>window.wasRun = true</script>', 'named.xml', BROKEN);
    await page.getByRole('link', { name: '<script>window.wasRun = true</script>' }).click();
    await page.getByRole('dialog').getByText('How it begins').waitFor();
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    expect(await page.locator('main img').count()).toBe(0);
  });

  test('the beginning of a sha opens its commit, and the address becomes whole', async () => {
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/shapes/commit/${sha.slice(0, 8)}/uploads` });
    await page.waitForURL(`**/gh/acme/shapes/commit/${sha}/uploads`);
    await page.getByRole('heading', { level: 1, name: /^Add <img/ }).waitFor();
  });

  test('a commit that nobody knows is the same as none', async () => {
    const page = await pages.page({
      as: ADMIN,
      path: `/gh/acme/shapes/commit/${newSha()}`,
      tolerates: [/status of 404/],
    });
    await page.getByRole('heading', { level: 1, name: 'Nothing here' }).waitFor();
  });

  test('without an upload the page counts what is left, and says so', async () => {
    const two = newSha();
    await pages.upload({ repository: 'gh/acme/two', sha: two, name: 'one', report: lcov('a.ts') });
    await pages.upload({ repository: 'gh/acme/two', sha: two, name: 'both', report: LCOV });
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/two/commit/${two}/uploads` });
    await page.getByRole('checkbox', { name: 'Count both' }).uncheck();
    const numbers = page.getByRole('region', { name: 'Coverage of this commit' });
    await numbers.getByText('1 / 2 lines').waitFor();
    expect(await numbers.innerText()).toContain('The whole report has 57.14 %.');
    expect(new URL(page.url()).searchParams.getAll('upload')).toHaveLength(1);
    await page.reload();
    await numbers.getByText('1 / 2 lines').waitFor();
    await page.getByRole('button', { name: 'Count everything' }).click();
    await numbers.getByText('4 / 7 lines').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('an administrator deletes an upload, and the report is made without it', async () => {
    const two = newSha();
    await pages.upload({ repository: 'gh/acme/gone', sha: two, name: 'stays', report: lcov('a.ts') });
    await pages.upload({ repository: 'gh/acme/gone', sha: two, name: 'goes', report: LCOV });
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/gone/commit/${two}/uploads` });
    await page.getByRole('link', { name: 'goes', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Delete' }).click();
    await drawer.getByText('Delete upload goes?').waitFor();
    await drawer.getByRole('button', { name: 'Delete' }).click();
    const numbers = page.getByRole('region', { name: 'Coverage of this commit' });
    await numbers.getByText('1 / 2 lines').waitFor();
    expect(await page.getByRole('link', { name: 'goes', exact: true }).count()).toBe(0);
  });

  test('a commit without a report shows what did arrive', async () => {
    const bare = newSha();
    await pages.upload({ repository: 'gh/acme/bare', sha: bare, name: 'only', report: 'no report' });
    const page = await pages.page({ as: ADMIN, path: `/gh/acme/bare/commit/${bare}` });
    await page.getByText('No report of this commit yet').waitFor();
    expect(await page.getByRole('table').innerText()).toContain('No coverage format was recognised in this file.');
  });
});

describePages('commits', (pages) => {
  test('new commits wait until they are asked for, and rows keep their place', async () => {
    const repository = 'gh/acme/list';
    await pages.upload({ repository });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/list/commits' });
    const rows = page.locator('[data-index]');
    await rows.first().waitFor();
    await page.getByTitle('Live: changes appear by themselves').waitFor();
    await pages.upload({ repository });
    await page.getByText('1 new commit', { exact: true }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole('button', { name: 'Show' }).click();
    await rows.nth(1).waitFor();
    expect(await page.getByText('1 new commit', { exact: true }).count()).toBe(0);
  });

  test('filters stand in the address; Back undoes one, reload restores', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/list/commits' });
    await page.locator('[data-index]').first().waitFor();
    await page.getByRole('button', { name: 'Error', exact: true }).click();
    await page.getByText('No commit fits').waitFor();
    expect(new URL(page.url()).search).toBe('?coverageStatus=ERROR');
    await page.reload();
    await page.getByText('No commit fits').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.locator('[data-index]').first().waitFor();
    await page.goBack();
    await page.getByText('No commit fits').waitFor();
  });

  test('j, k and Enter go through the list and open a commit', async () => {
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/list/commits' });
    await page.locator('[data-index="1"]').waitFor();
    const focused = () =>
      page.evaluate<string | undefined>('document.activeElement.closest("[data-index]")?.dataset.index');
    await page.keyboard.press('j');
    expect(await focused()).toBe('0');
    await page.keyboard.press('j');
    expect(await focused()).toBe('1');
    await page.keyboard.press('k');
    expect(await focused()).toBe('0');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/gh/acme/list/commit/*');
  });
});

/** Uploads one report from a clone, so that the list of its files travels too. */
async function send(pages: Pages, clone: TestRepository, name: string, file: string, text: string): Promise<void> {
  clone.write(`reports/${file}`, text);
  const path = `${clone.folder}/reports/${file}`;
  await pages.uploadFrom(clone.folder, 'github/acme/shapes', '--name', name, '--file', path, '--no-sources');
}
