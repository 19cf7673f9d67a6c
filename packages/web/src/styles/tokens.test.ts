import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, difference, readColour, seenBy, type LinearRgb, type Vision } from '../../test/colour.ts';

/* Visual-design §2: every contrast and every difference, computed from the tokens themselves. */

const CSS = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** Declarations of the first rule that a text stands before. */
function block(selector: string): ReadonlyMap<string, string> {
  const start = CSS.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no rule ${selector}`);
  const body = CSS.slice(CSS.indexOf('{', start) + 1, CSS.indexOf('}', start));
  return new Map([...body.matchAll(/^\s*([\w-]+):\s*([^;]+);/gm)].map(([, name, value]) => [name, value]));
}

const LIGHT = block(':root');
const DARK = block(":root[data-theme='dark']");
const DARK_BY_SYSTEM = block(":root:not([data-theme='light'])");

function colour(theme: ReadonlyMap<string, string>, name: string): LinearRgb {
  const read = readColour(theme.get(`--${name}`) ?? '');
  if (read === null) throw new Error(`--${name} is no colour`);
  return read;
}

const THEMES = [
  ['light', LIGHT],
  ['dark', DARK],
] as const;

const GROUNDS = ['page', 'surface', 'sunken', 'hover', 'select'];
const TEXTS = ['ink', 'ink-2', 'ink-3', 'hit-text', 'part-text', 'miss-text'];
const NOTICES = ['info', 'danger'];
const CODE = ['ink', 'ink-3', 'syn-key', 'syn-str', 'syn-num', 'syn-fn'];
const CLASSES = ['hit', 'part', 'miss'];
const WASHES = CLASSES.map((name) => `${name}-wash`);
const CONTROLS = ['line-strong', 'focus', 'straw-deep'];

const READABLE = 4.5;
const DISTINCT = 3;

test('the dark values for the system and for the choice of a person are the same', () => {
  expect([...DARK_BY_SYSTEM]).toEqual([...DARK]);
});

test('both themes name the same colours, and light sets what dark does not', () => {
  for (const name of DARK.keys()) expect(LIGHT.has(name), name).toBe(true);
  const colours = [...LIGHT].filter(([, value]) => value.startsWith('oklch(')).map(([name]) => name);
  for (const name of colours) expect(DARK.has(name), name).toBe(true);
});

describe.each(THEMES)('in the %s theme', (_name, theme) => {
  const ratio = (one: string, other: string): number => contrast(colour(theme, one), colour(theme, other));

  test.each(TEXTS)('%s is readable as text on every ground', (text) => {
    for (const ground of GROUNDS) expect(ratio(text, ground), ground).toBeGreaterThanOrEqual(READABLE);
  });

  test.each(NOTICES)('%s is readable as text on page and surface, and a clear mark on every ground', (text) => {
    for (const ground of ['page', 'surface']) expect(ratio(text, ground), ground).toBeGreaterThanOrEqual(READABLE);
    for (const ground of GROUNDS) expect(ratio(text, ground), ground).toBeGreaterThanOrEqual(DISTINCT);
  });

  test.each(CODE)('%s is readable in code on every wash', (text) => {
    for (const ground of ['surface', 'select', ...WASHES]) {
      expect(ratio(text, ground), ground).toBeGreaterThanOrEqual(READABLE);
    }
  });

  test.each(CLASSES)('%s stands out as a mark on every ground and its wash', (mark) => {
    for (const ground of [...GROUNDS, `${mark}-wash`]) {
      expect(ratio(mark, ground), ground).toBeGreaterThanOrEqual(DISTINCT);
    }
    expect(ratio(`${mark}-text`, `${mark}-wash`)).toBeGreaterThanOrEqual(READABLE);
  });

  test.each(CONTROLS)('%s stands out as the border of a control', (border) => {
    for (const ground of GROUNDS) expect(ratio(border, ground), ground).toBeGreaterThanOrEqual(DISTINCT);
  });

  test('the focus ring stands out on every wash', () => {
    for (const wash of WASHES) expect(ratio('focus', wash), wash).toBeGreaterThanOrEqual(DISTINCT);
  });

  test('text on straw, on the primary button and on bands of the map is readable', () => {
    const light = theme === LIGHT;
    expect(contrast(colour(LIGHT, 'on-straw'), colour(theme, 'straw'))).toBeGreaterThanOrEqual(READABLE);
    expect(ratio('page', 'ink')).toBeGreaterThanOrEqual(READABLE);
    for (const band of [0, 1, 2, 3, 4]) {
      const isInk = light && band > 0 && band < 4;
      expect(ratio(isInk ? 'ink' : 'page', `heat-${band}`), `band ${band}`).toBeGreaterThanOrEqual(READABLE);
    }
  });

  test.each<Vision>(['normal', 'protan', 'deutan', 'tritan'])(
    'the three marks are clearly different to %s eyes',
    (vision) => {
      const seen = CLASSES.map((name) => seenBy(vision, colour(theme, name)));
      for (const [one, other] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ]) {
        expect(difference(seen[one], seen[other]), `${CLASSES[one]} and ${CLASSES[other]}`).toBeGreaterThanOrEqual(10);
      }
    },
  );
});
