import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPidFile } from '../../packages/server/src/database/embedded/pid-file.ts';
import { type Gate, openGate } from './support/gate.ts';
import { ADMIN, describePages } from './support/pages.ts';

const STREAM = '/api/ui/events';
const half = 'SF:src/a.ts\nDA:1,1\nDA:2,0\nend_of_record\n';
const whole = 'SF:src/a.ts\nDA:1,1\nDA:2,1\nend_of_record\n';

describePages('live events', (pages) => {
  describe('behind a cable that is pulled', () => {
    let gate: Gate;
    beforeAll(async () => {
      gate = await openGate(pages.url);
      await pages.upload({ repository: 'gh/acme/web', report: half });
    });
    afterAll(() => gate.remove());

    // What fails while the cable is out is what the test is about; the gate is another origin than the server's own.
    const tolerates = [/^foreign request: /, /Failed to load resource/, /ERR_/];

    test('row 14: a cut is told, and what happened meanwhile comes after it, once', async () => {
      const page = await pages.page({ as: ADMIN, tolerates });
      await page.goto(`${gate.url}/gh/acme`);
      await page.getByText('1 / 2 lines').waitFor();
      await page.getByRole('img', { name: /^Live/ }).waitFor();
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
      gate.close();
      await page.getByText(/^Not connected since \d\d:\d\d\. Retrying\.$/).waitFor();
      await pages.upload({ repository: 'gh/acme/web', report: whole });
      await pages.upload({ repository: 'gh/acme/core', report: whole });
      const before = gate.asked.length;
      gate.open();
      await page.getByText('4 / 4 lines').waitFor();
      await page.getByText(/^Not connected/).waitFor({ state: 'detached' });
      expect(await page.locator('tbody tr[data-index]').count()).toBe(2);
      expect(await page.evaluate(() => Reflect.get(globalThis, 'isSamePage'))).toBe(true);
      await page.getByRole('img', { name: /^Live/ }).waitFor();
      const again = gate.asked.slice(before).find((url) => url.startsWith(STREAM))!;
      expect(Number(new URL(again, gate.url).searchParams.get('last_event_id'))).toBeGreaterThan(0);
    });

    test('without the stream the page asks, says so, and is pushed to again when it is back', async () => {
      const page = await pages.page({ as: ADMIN, tolerates });
      await page.goto(`${gate.url}/gh/acme`);
      await page.getByRole('img', { name: /^Live/ }).waitFor();
      gate.close(STREAM);
      await page.getByText(/^No live events since \d\d:\d\d\. Asking every 5 seconds\.$/).waitFor();
      await pages.upload({ repository: 'gh/acme/polled', report: whole });
      await page.getByRole('link', { name: 'polled' }).waitFor();
      gate.open();
      await page.getByText(/^No live events/).waitFor({ state: 'detached' });
      await page.getByRole('img', { name: /^Live/ }).waitFor();
    });

    test('the pages of a browser share one stream', async () => {
      const page = await pages.page({ as: ADMIN, tolerates });
      await page.goto(`${gate.url}/gh/acme`);
      await page.getByRole('img', { name: /^Live/ }).waitFor();
      const before = gate.asked.length;
      const other = await page.context().newPage();
      await other.goto(`${gate.url}/gh/acme`);
      await other.getByRole('img', { name: /^Live/ }).waitFor();
      expect(gate.asked.slice(before).filter((url) => url.startsWith(STREAM))).toEqual([]);
    });
  });

  test('row 31: without its database the page says so, stays readable, and recovers by itself', async () => {
    await pages.upload({ repository: 'gh/stopped/web', report: half });
    const page = await pages.page({ as: ADMIN, path: '/gh/stopped', tolerates: [/status of 50\d/] });
    await page.getByText('1 / 2 lines').waitFor();
    await page.getByRole('img', { name: /^Live/ }).waitFor();
    const cluster = join(pages.instance.dataFolder, 'postgres');
    const settings = join(cluster, 'postgresql.conf');
    renameSync(settings, `${settings}.away`);
    process.kill(readPidFile(cluster)!.pid, 'SIGINT');
    await page.getByText(/^Not connected since/).waitFor();
    expect(await page.getByText('1 / 2 lines').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'web' }).waitFor();
    renameSync(`${settings}.away`, settings);
    await page.getByText(/^Not connected since/).waitFor({ state: 'detached' });
    await pages.upload({ repository: 'gh/stopped/web', report: whole });
    await page.getByText('2 / 2 lines').waitFor();
  });
});
