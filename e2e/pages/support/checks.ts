import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of axe, a line each (web-ui §5). */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      readonly axe: {
        readonly run: (options: object) => Promise<{
          readonly violations: readonly {
            readonly id: string;
            readonly impact: string;
            readonly help: string;
            readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => {
        const [{ html, failureSummary }] = nodes;
        return `${id}: ${help} (${nodes.length}): ${html.slice(0, 300)} ${failureSummary.replaceAll('\n', ' ')}`;
      });
  });
}

/** What reaches sideways out of the window, code apart, which scrolls by itself; a line each, empty when nothing does. */
export function sidewaysOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > clientWidth + 1;
    });
    return [
      `${scrollWidth} of ${clientWidth} px`,
      ...wide.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`),
    ];
  });
}

/** Texts that are cut off without a sign of it: no ellipsis, no way to scroll. */
export function clippedTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const clipped: string[] = [];
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '',
      );
      if (!hasText || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      // Texts for assistive technology are cut on purpose.
      if (style.clipPath !== 'none' || element.closest('.visually-hidden') !== null) continue;
      if (element.clientWidth <= 1 || element.clientHeight <= 1) continue;
      const cutsSideways = /hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      const cutsBelow = /hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 2;
      const tells = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
      if ((cutsSideways && !tells) || (cutsBelow && !tells)) {
        clipped.push(
          `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}: ${element.textContent?.slice(0, 80)}`,
        );
      }
    }
    return clipped;
  });
}

/** Waits until the page shows what it is about: its heading, nothing that is still loading or moving, its faces, and one frame of it all. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
  await painted(page);
}

/** Waits until what changes by itself, such as colours after a change of the theme, has changed. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await nextFrame();
    await nextFrame();
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}
