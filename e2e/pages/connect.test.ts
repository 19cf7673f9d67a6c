import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';
import { plainEnvironment, run } from '../support/run.ts';
import { ADMIN, describePages } from './support/pages.ts';

/* R/new, R/config/tokens and the administration of web-ui §3.8, §3.13, §3.18. */

/** Longer than any text that was copied takes to reach the clipboard. */
const COPIED = { polling: 50 } as const;

describePages('connecting a CI', (pages) => {
  test('row 2: the shell snippet of a repository, copied by its button and run, is followed to its commit without reload', async () => {
    await pages.instance.thatch('token', 'create', '--repo', 'gh/acme/eaves');
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/eaves/new/other-ci' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('status').getByText('Listening for the first report').waitFor();
    await page.getByRole('button', { name: 'Copy snippet' }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '', null, COPIED);
    const snippet = await page.evaluate(() => navigator.clipboard.readText());
    expect(snippet).not.toContain('•');
    const project = makeProject();
    try {
      const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
      const ended = await run('sh', [], {
        folder: project.folder,
        input: snippet,
        environment: plainEnvironment({ PATH }),
      });
      expect(ended.status, ended.text).toBe(0);
      await page.getByRole('link', { name: 'Open your first commit' }).click();
      await page.getByText(project.sha.slice(0, 7)).first().waitFor();
      expect(new URL(page.url()).pathname).toBe(`/gh/acme/eaves/commit/${project.sha}`);
    } finally {
      project.remove();
    }
  });

  test('row 3: a wrong token is told with its rule and fix to the members of the repository', async () => {
    await pages.upload({ repository: 'gh/acme/web' });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web/new' });
    await page.getByText('Listening for the next report').waitFor();
    await page.locator('[title^="Live"]').waitFor();
    const refused = await pages.upload({ repository: 'gh/acme/web', token: 'not-a-token', wait: 0 });
    expect(refused.status).toBe(401);
    await page
      .getByRole('alert')
      .filter({ hasText: String(refused.body['code']) })
      .waitFor();
    await page.getByText('Refused. Still listening').waitFor();
  });

  test('the system is in the address, secrets are dots until they are focused, and a reader sees a placeholder', async () => {
    await pages.upload({ repository: 'gh/acme/web' });
    const token = await pages.instance.thatch('token', 'create', '--repo', 'gh/acme/web');
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web/new' });
    await page.getByRole('tab', { name: 'GitHub Actions', selected: true }).press('ArrowRight');
    await page.waitForURL('**/gh/acme/web/new/gitlab-ci');
    await page.getByText('.gitlab-ci.yml').waitFor();
    const text = page.getByRole('region', { name: 'the token of this repository' });
    expect(await text.innerText()).not.toContain(token);
    await text.focus();
    expect(await text.innerText()).toContain(token);

    const reader = await pages.account('reader-of-web', 'gh/acme/web=reader');
    const other = await pages.page({ as: reader, path: '/gh/acme/web/new/other-ci' });
    await other.getByText('YOUR_UPLOAD_TOKEN').first().waitFor();
    expect(await other.content()).not.toContain(token);
  });
});

describePages('tokens', (pages) => {
  test('row 47: a new token shows once; rotated and revoked ones leave the list', async () => {
    await pages.upload({ repository: 'gh/acme/web' });
    const page = await pages.page({ as: ADMIN, path: '/gh/acme/web/config/tokens' });
    await page.getByLabel('What is it for').fill('Jenkins');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const once = page.getByRole('status').filter({ hasText: 'Token Jenkins is made' });
    await once.waitFor();
    const secret = once.getByRole('region', { name: 'token' });
    await secret.focus();
    const token = (await secret.innerText()).trim();
    expect(token).toMatch(/^[0-9a-f-]{36}$/);
    await page.getByRole('button', { name: 'I have it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Jenkins' });
    await row.waitFor();
    expect(await page.content()).not.toContain(token);

    await row.getByRole('button', { name: 'Rotate' }).click();
    await page.getByLabel('The old one works for').selectOption('0');
    await page.getByRole('button', { name: 'Rotate the token' }).click();
    await page.getByText('Token Jenkins is rotated').waitFor();
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await row.count()).toBe(1);
    expect(await row.innerText()).not.toContain(token.slice(0, 8));

    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the token' }).click();
    await row.waitFor({ state: 'detached' });
  });
});

describePages('the administration', (pages) => {
  test('every check says what it saw, and can be made again', async () => {
    const page = await pages.page({ as: ADMIN, path: '/admin/health' });
    await page.getByText('put, get and delete work').waitFor();
    await page.getByText(/^Postgres \d+\.\d+, schema/).waitFor();
    await page.getByRole('button', { name: 'Check again: Objects' }).click();
    await page.getByText('put, get and delete work').waitFor();
  });

  test('row 48: what failed for a reason of the server is listed with it; retried, it is merged and leaves the list', async () => {
    const { body } = await pages.upload({ repository: 'gh/acme/web', flags: ['failed'] });
    // As it is after the storage was away for long: the bytes are there again.
    await pages.instance.query(
      `update uploads set state = 'error', error_code = 'file_not_in_storage', processed_at = now() where external_id = $1`,
      [body['id']],
    );
    const page = await pages.page({ as: ADMIN, path: '/admin/jobs' });
    const row = page.getByRole('row').filter({ hasText: 'file_not_in_storage' });
    await row.getByRole('button', { name: 'Retry' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByText('Nothing failed for a reason of the server.').waitFor();
  });

  test('the old address of a provider leads to the first tab', async () => {
    const page = await pages.page({ as: ADMIN, path: '/admin/gh' });
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/jobs');
  });
});
