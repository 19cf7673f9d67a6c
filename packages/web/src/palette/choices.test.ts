import { describe, expect, test } from 'vitest';
import { fileHref, fileTextOf, fitting, foundChoices, pagesOf } from './choices.ts';

const HERE = { svc: 'gl', owner: 'group:sub', repo: 'web' };
const hrefs = (choices: readonly { target: { kind: string; href?: string } }[]) =>
  choices.map(({ target }) => target.href);

describe('lines of the palette', () => {
  test('pages are those of where one is', () => {
    expect(hrefs(pagesOf(HERE, false))).toEqual([
      '/gl/group:sub/web',
      '/gl/group:sub/web/commits',
      '/gl/group:sub/web/new',
      '/gl/group:sub',
    ]);
    expect(hrefs(pagesOf({ svc: 'gh', owner: 'acme' }, true))).toEqual(['/gh/acme', '/admin/health', '/admin/jobs']);
    expect(pagesOf({}, false)).toEqual([]);
  });

  test('what was found leads to its page, with names that need it encoded', () => {
    const found = foundChoices(
      {
        repositories: [{ service: 'git', owner: 'local', name: 'a b' }],
        branches: ['feature/x?'],
        commits: [{ sha: 'ab'.repeat(20), title: 'Mend' }],
      },
      HERE,
    );
    expect(hrefs(found.repositories)).toEqual(['/git/local/a%20b']);
    expect(hrefs(found.branches)).toEqual(['/gl/group:sub/web/tree/feature%2Fx%3F']);
    expect(hrefs(found.commits)).toEqual([`/gl/group:sub/web/commit/${'ab'.repeat(20)}`]);
    expect(fileHref(HERE, 'feature/x', 'src/a b#.ts')).toBe('/gl/group:sub/web/blob/feature%2Fx/src/a%20b%23.ts');
  });

  test('a text fits lines that hold all of its words', () => {
    const pages = pagesOf(HERE, false);
    expect(fitting(pages, 'WEB comm').map(({ label }) => label)).toEqual(['Commits of web']);
    expect(fitting(pages, '')).toHaveLength(pages.length);
  });

  test.each([
    ['t code', { text: 'code', isOnly: true }],
    ['src/co', { text: 'src/co', isOnly: false }],
    ['a.ts', { text: 'a.ts', isOnly: false }],
    ['https://a.test/b', null],
    ['test', null],
  ])('%s asks for files: %o', (text, asked) => expect(fileTextOf(text)).toEqual(asked));
});
