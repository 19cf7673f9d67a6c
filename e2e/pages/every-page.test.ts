import { beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, clippedTexts, painted, settled, sidewaysOverflow } from './support/checks.ts';
import { describePages } from './support/pages.ts';
import { SCENES } from './support/views.ts';
import type { World } from './support/world.ts';

/* What holds for every page and state (web-ui §5, §7 rows 22, 23, 25, 26, 50). */

describe.each(SCENES)('every page of $name', ({ options, fill, views }) => {
  describePages(
    'in a browser',
    (pages) => {
      let world: World;
      beforeAll(async () => {
        // Views of a scene without a world ask for nothing of it.
        world = (await fill(pages)) as World;
      });

      test.each(views)('rows 23 and 25: $name', async (view) => {
        const page = await pages.page({
          as: view.as(world) ?? undefined,
          path: view.path(world),
          tolerates: view.tolerates,
        });
        await settled(page);
        await view.act?.(page);
        // What a dialog covers is hidden from roles.
        expect(await page.locator('h1').count(), 'headings').toBe(1);
        await painted(page);
        expect(await accessibilityFaults(page), 'axe in light').toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        await painted(page);
        expect(await accessibilityFaults(page), 'axe in dark').toEqual([]);
        await page.setViewportSize({ width: 360, height: 800 });
        await painted(page);
        expect(await accessibilityFaults(page), 'axe at 360 px').toEqual([]);
        for (const [what, width] of REFLOWS) {
          await page.setViewportSize({ width, height: 480 });
          await painted(page);
          expect(await sidewaysOverflow(page), what).toEqual([]);
          expect(await clippedTexts(page), what).toEqual([]);
        }
      });
    },
    options,
  );
});

/** CSS pixels that are left of a window of 1280. */
const REFLOWS = [
  ['200 %', 640],
  ['320 px, which is 400 %', 320],
] as const;
