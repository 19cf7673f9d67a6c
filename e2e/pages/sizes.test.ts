import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, inject, test } from 'vitest';

/* Row 32: what a visitor downloads (web-ui §5), gzipped, in kB of 1000 bytes. Sizes are of the built interface itself. */

const MOST_FIRST_LOAD = 170;
/** With the chunk of any page and all that it needs before it shows something. */
const MOST_PAGE = 200;
const MOST_STYLES = 25;
const MOST_FACES = 75;
const MOST_LAZY_CHUNK = 120;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
  readonly isEntry?: boolean;
}

const folder = inject('interfaceFolder');
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Readonly<Record<string, Chunk>>;
const html = readFileSync(join(folder, 'index.html'), 'utf8');
const entry = Object.entries(manifest).find(([, chunk]) => chunk.isEntry === true)![0];

/** The chunk and all that is loaded with it. */
function loadedWith(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of manifest[name].imports ?? []) loadedWith(imported, seen);
  return seen;
}

function kilobytes(files: Iterable<string>): number {
  let bytes = 0;
  for (const file of files) bytes += gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
  return bytes / 1000;
}

function scripts(chunks: Iterable<string>): number {
  return kilobytes([...chunks].map((name) => manifest[name].file).filter((file) => file.endsWith('.js')));
}

function styles(chunks: Iterable<string>): number {
  return kilobytes(new Set([...chunks].flatMap((name) => manifest[name].css ?? [])));
}

/** Pages are what the entry, or what comes with it, imports later from their folders. */
const pages = [...loadedWith(entry)]
  .flatMap((name) => manifest[name].dynamicImports ?? [])
  .filter((name) => name.startsWith('src/pages/'));

describe('row 32: sizes of the built interface', () => {
  const first = loadedWith(entry);

  test(`the first load is at most ${MOST_FIRST_LOAD} kB of scripts and ${MOST_STYLES} kB of styles`, () => {
    const theme = readdirSync(join(folder, 'assets')).filter((name) => /^theme\..+\.js$/.test(name));
    expect(theme.length).toBe(1);
    expect(scripts(first) + kilobytes([`assets/${theme[0]}`])).toBeLessThanOrEqual(MOST_FIRST_LOAD);
    expect(styles(first)).toBeLessThanOrEqual(MOST_STYLES);
  });

  test.each(pages)('%s adds so little that it is there with the first load', (page) => {
    const loaded = new Set([...first, ...loadedWith(page)]);
    expect(scripts(loaded)).toBeLessThanOrEqual(MOST_PAGE);
    expect(styles(loaded)).toBeLessThanOrEqual(MOST_STYLES);
  });

  test('there are pages to be loaded', () => expect(pages.length).toBeGreaterThan(0));

  test(`no other script is larger than ${MOST_LAZY_CHUNK} kB`, () => {
    const now = new Set([...first].map((name) => manifest[name].file));
    const names = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
    const large = names
      .filter((name) => !now.has(`assets/${name}`))
      .map((name) => [name, kilobytes([`assets/${name}`])] as const)
      .filter(([, size]) => size > MOST_LAZY_CHUNK);
    expect(large).toEqual([]);
  });

  test(`the two faces of the first paint are preloaded and at most ${MOST_FACES} kB`, () => {
    const preloads = [...html.matchAll(/<link rel="preload" as="font"[^>]* href="\.\/([^"]+)"[^>]*>/g)];
    expect(preloads.map(([tag]) => tag.includes('crossorigin'))).toEqual([true, true]);
    const bytes = preloads.reduce((sum, [, file]) => sum + readFileSync(join(folder, file)).length, 0);
    expect(bytes / 1000).toBeLessThanOrEqual(MOST_FACES);
  });

  test('the document has no inline script or style, and nothing from elsewhere', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain(' src="./assets/');
    expect(html).not.toMatch(/<base/);
  });
});
