import { expect, test } from 'vitest';
import { preloadsOf } from './preloads.ts';

const MANIFEST = {
  'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_libraries.js'], css: ['assets/index.css'] },
  '_libraries.js': { file: 'assets/libraries.js' },
  'src/a/APage.tsx': {
    file: 'assets/a.js',
    imports: ['index.html', '_libraries.js', '_shared.js'],
    css: ['assets/a.css', 'assets/index.css'],
  },
  '_shared.js': { file: 'assets/shared.js', imports: ['_libraries.js', '_loop.js'], css: ['assets/shared.css'] },
  '_loop.js': { file: 'assets/loop.js', imports: ['_shared.js', 'gone'] },
};

test('a page is fetched with all that it imports, but not what the document loads anyway', () => {
  expect(preloadsOf(MANIFEST).get('src/a/APage.tsx')).toEqual([
    '<link rel="modulepreload" crossorigin href="./assets/a.js">',
    '<link rel="modulepreload" crossorigin href="./assets/shared.js">',
    '<link rel="modulepreload" crossorigin href="./assets/loop.js">',
    '<link rel="preload" as="style" crossorigin href="./assets/a.css">',
    '<link rel="preload" as="style" crossorigin href="./assets/shared.css">',
  ]);
});

test('what the document starts with needs no preload', () => {
  const preloads = preloadsOf(MANIFEST);
  expect([...preloads.keys()].toSorted()).toEqual(['_loop.js', '_shared.js', 'src/a/APage.tsx']);
});
