import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

/* Rules of the interface that a reader should not have to check (web-ui §5, visual-design §2, issue 4 item 8). */

const SOURCES = join(import.meta.dirname, '../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:tsx?|css)$/.test(path) && !path.includes('.test.'))
  .map((path) => ({ path, text: readFileSync(join(SOURCES, path), 'utf8') }));
const scripts = files.filter(({ path }) => !path.endsWith('.css'));
const styles = files.filter(({ path }) => path.endsWith('.css'));

/** Every place where a pattern stands, comments aside. */
function places(among: typeof files, pattern: RegExp): string[] {
  return among.flatMap(({ path, text }) =>
    withoutComments(text)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '$1');
}

test('nothing writes HTML or style elements: the policy of the pages would refuse it, and reports are hostile', () => {
  expect(
    places(
      scripts,
      /dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|<style|createElement\('style'\)/,
    ),
  ).toEqual([]);
});

test('nothing is fetched from elsewhere', () => {
  expect(places(files, /url\(['"]?(?:https?:)?\/\/|import\(['"]https?:|fetch\(['"]https?:/)).toEqual([]);
});

test('no page reaches into another', () => {
  const pages = scripts.filter(({ path }) => path.startsWith('pages/'));
  const reaching = pages.flatMap(({ path, text }) => {
    const own = path.split('/')[1];
    return [...text.matchAll(/from '(\.[^']+)'/g)]
      .map(([, target]) => relative(SOURCES, join(SOURCES, path, '..', target)))
      .filter((target) => target.startsWith('pages/') && target.split('/')[1] !== own)
      .map((target) => `${path} imports ${target}`);
  });
  expect(reaching).toEqual([]);
});

test('shared parts know no page', () => {
  const shared = scripts.filter(({ path }) => path.startsWith('parts/') || path.startsWith('viewer/'));
  expect(shared.filter(({ text }) => /from '[./]+\/pages\//.test(text)).map(({ path }) => path)).toEqual([]);
});

test('colours come from the tokens', () => {
  const outside = styles.filter(({ path }) => path !== 'styles/tokens.css');
  expect(places(outside, /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch|hwb)\(/i)).toEqual([]);
});

test('styles name sides by the direction of the text', () => {
  expect(
    places(styles, /^\s*(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|^\s*(?:left|right):/),
  ).toEqual([]);
});
