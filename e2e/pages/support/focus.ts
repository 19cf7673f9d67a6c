import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** More stops than these a person would not take. */
const MOST_STOPS = 60;

/** Presses Tab until what is called so has the focus; fails when the focus on the way cannot be seen, or is never there. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const { called, isMarked, isCovered } = await page.evaluate(describeFocus);
    expect({ called, isMarked, isCovered }, `after ${passed.join(', ')}`).toEqual({
      called,
      isMarked: true,
      isCovered: false,
    });
    if (typeof name === 'string' ? called === name : name.test(called)) return;
    passed.push(called);
  }
  throw new Error(`${name} is not reached: ${passed.join(', ')}`);
}

/** Runs in the page. */
function describeFocus() {
  const element = document.activeElement as HTMLElement;
  const label = (element as HTMLInputElement).labels?.[0]?.textContent;
  const called = (label ?? element.getAttribute('aria-label') ?? element.textContent ?? '').trim();
  const isDrawn = (one: Element | null, part?: '::after'): boolean => {
    if (one === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one, part);
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
  };
  const { left, top, width, height } = element.getBoundingClientRect();
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  return {
    called,
    isMarked: isDrawn(element) || isDrawn(element, '::after') || isDrawn(element.parentElement),
    isCovered: over === null || !(element.contains(over) || over.contains(element)),
  };
}
