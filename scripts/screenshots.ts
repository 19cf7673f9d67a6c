import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildInterface } from '../e2e/pages/support/built-interface.ts';
import { clippedTexts, painted, settled, sidewaysOverflow } from '../e2e/pages/support/checks.ts';
import { findChromium } from '../e2e/pages/support/chromium.ts';
import { startPages, type StartedPages } from '../e2e/pages/support/pages.ts';
import { SCENES, type Scene, type View } from '../e2e/pages/support/views.ts';
import type { World } from '../e2e/pages/support/world.ts';

/*
 * `npm run screenshots`: every page and state at three widths, light and dark, into a folder that git ignores, to be looked at. Words after
 * `--` choose views by their names. Ends with 1 when a page reaches out sideways, cuts a text or complains in the console.
 */

const WIDTHS = [1440, 1024, 360] as const;
const THEMES = ['light', 'dark'] as const;
const FOLDER = join(import.meta.dirname, '../e2e/out/screenshots');
/** Higher pages are shown from their top only. */
const HIGHEST = 2400;

const chromium = findChromium();
if (chromium.kind === 'absent') {
  console.error(`No pictures: ${chromium.why}.`);
  process.exit(1);
}
const { program } = chromium;
const words = process.argv.slice(2);
const built = process.env['THATCH_TEST_INTERFACE'] ?? (await buildInterface());
rmSync(FOLDER, { recursive: true, force: true });
let pictures = 0;
let faults = 0;
for (const scene of SCENES) await show(scene);
console.log(`${pictures} pictures in ${FOLDER}, ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

async function show({ options, fill, views }: Scene): Promise<void> {
  const wanted = views.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (wanted.length === 0) return;
  const pages = await startPages(program, built, options);
  try {
    // Views of a scene without a world ask for nothing of it.
    const world = (await fill(pages)) as World;
    for (const view of wanted) for (const width of WIDTHS) tell(view, width, await take(pages, world, view, width));
  } finally {
    await pages.stop();
  }
}

/** Takes both pictures of a view at a width; gives what is wrong with it. */
async function take(started: StartedPages, world: World, view: View, width: number): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    const page = await started.page({
      as: view.as(world) ?? undefined,
      path: view.path(world),
      tolerates: view.tolerates,
      width,
    });
    await settled(page);
    await view.act?.(page);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await painted(page);
      await picture(page, join(FOLDER, `${width}-${theme}`, `${view.name.replaceAll(' ', '-')}.png`));
    }
    found.push(...(await sidewaysOverflow(page)).map((fault) => `reaches out sideways: ${fault}`));
    found.push(...(await clippedTexts(page)).map((fault) => `cuts a text: ${fault}`));
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  }
  await started.closeWindows().catch((error: Error) => found.push(error.message));
  return found;
}

async function picture(page: Page, path: string): Promise<void> {
  mkdirSync(join(path, '..'), { recursive: true });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const width = page.viewportSize()!.width;
  pictures++;
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, HIGHEST) } });
}

function tell(view: View, width: number, found: readonly string[]): void {
  faults += found.length;
  for (const fault of found) console.log(`${view.name} at ${width}: ${fault}`);
}
