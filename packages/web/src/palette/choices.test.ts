import { describe, expect, test } from 'vitest';
import { actsOf, fileHref, fileTextOf, fitting, foundChoices, pagesOf } from './choices.ts';

const HERE = { svc: 'gl', owner: 'group:sub', repo: 'web' };
const NOBODY = { isOperator: false, hasSettings: false };
const hrefs = (choices: readonly { target: { kind: string; href?: string } }[]) =>
  choices.map(({ target }) => target.href);

describe('lines of the palette', () => {
  test('pages are those of where one is', () => {
    expect(hrefs(pagesOf(HERE, NOBODY))).toEqual([
      '/gl/group:sub/web',
      '/gl/group:sub/web/commits',
      '/gl/group:sub/web/new',
      '/gl/group:sub',
    ]);
    expect(hrefs(pagesOf({ svc: 'gh', owner: 'acme' }, { ...NOBODY, isOperator: true }))).toEqual([
      '/gh/acme',
      '/admin/health',
      '/admin/jobs',
    ]);
    expect(pagesOf({}, NOBODY)).toEqual([]);
    expect(hrefs(pagesOf(HERE, { ...NOBODY, hasSettings: true }))).toContain('/gl/group:sub/web/config/tokens');
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

  test('acts are those of the page, each once, without those that go on from the focus', () => {
    const run = (): void => {};
    const acts = actsOf([
      { group: 'everywhere', keys: '?', label: 'Show this list', run },
      { group: 'page', keys: 't', label: 'Find a file', run },
      { group: 'page', keys: '/', label: 'Find a file', run },
      { group: 'page', keys: 'j', label: 'Next row', run },
    ]);
    expect(acts.map(({ label, note }) => [label, note])).toEqual([['Find a file', 't']]);
  });

  test('a text fits lines that hold all of its words', () => {
    const pages = pagesOf(HERE, NOBODY);
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
