import { describe, expect, test } from 'vitest';
import { FOUND, MOVED, R } from '../../test/old-addresses.ts';
import { forward } from './redirects.ts';

function forwarded(address: string) {
  const [path, query] = address.split('?');
  return forward(path, query === undefined ? '' : `?${query}`);
}

describe('row 28: old forms of addresses', () => {
  test.each(MOVED)('%s has moved to %s', (old, now) => expect(forwarded(old)).toEqual({ kind: 'moved', to: now }));

  test.each(FOUND)('%s leads to %s in this version', (old, now) =>
    expect(forwarded(old)).toEqual({ kind: 'found', to: now }),
  );

  test.each([...MOVED, ...FOUND])('where %s leads, %s, is an address of now', (_old, now) =>
    expect(forwarded(now)).toBeNull(),
  );

  test.each([
    ['src/src/a.ts', ['src/a.ts', 'src/src/a.ts']],
    ['list/src', ['src', 'list/src']],
    ['lib/deep/a%20b.ts', ['lib/deep/a b.ts']],
    ['build/a.js', ['build/a.js']],
    ['src', ['src']],
  ])('what commit/:sha/%s is, the report tells', (below, paths) =>
    expect(forwarded(`/github/acme/web/commit/abc1234/${below}?el=x`)).toEqual({
      kind: 'asks',
      question: {
        kind: 'commit-path',
        repository: { service: 'gh', owner: 'acme', name: 'web' },
        sha: 'abc1234',
        paths,
      },
      search: '?el=x',
    }),
  );

  test('where a repository of GitLab ends, the repositories tell', () => {
    expect(forwarded('/gitlab/group/sub/web/commits/main')).toEqual({
      kind: 'asks',
      question: {
        kind: 'groups',
        candidates: [{ repository: { service: 'gl', owner: 'group:sub', name: 'web' }, rest: ['commits', 'main'] }],
      },
      search: '',
    });
    expect(forwarded('/gl/group/sub/deep/web')).toMatchObject({
      question: { candidates: [{ rest: ['web'] }, { repository: { owner: 'group:sub:deep', name: 'web' }, rest: [] }] },
    });
    expect(forwarded(`/gl/${'g/'.repeat(60)}web`)).toMatchObject({ kind: 'asks' });
  });

  test.each([
    '/',
    '/gh',
    R,
    `${R}/`,
    `${R}?flags=a&branch=`,
    `${R}/tree/feature/x/src`,
    `${R}/blob/main/src/branch/a.ts`,
    `${R}/commits/All%20branches`,
    `${R}/commit/abc1234`,
    `${R}/commit/abc1234/uploads/17`,
    `${R}/commit/abc1234/why/project/unit`,
    `${R}/commit/abc1234/tree/src/files`,
    `${R}/compare/12...13`,
    `${R}/pull/12`,
    `${R}/new/github-actions`,
    '/gl/group/web',
    '/gl/group:sub/web/commit/abc1234',
    '/login/github',
    '/nowhere/acme/web/src/main/a.ts',
    '/api/v2/github/acme',
    '/upload/github/acme::::web/commits',
    '/github/acme/web/branch/main/graph/badge.svg',
    '/github/acme/web/branch/feature/x/graph/badge.svg',
    '/github/acme/web/graphs/tree.svg',
    '/github/acme/web/commit/abc1234/graphs/sunburst.svg',
    '/gitlab/acme/web/badge.svg',
    '/github/%ff/web',
    '//evil.example/github/acme',
  ])('%s stays', (address) => expect(forwarded(address)).toBeNull());

  test('nothing leads to another host', () => {
    for (const address of [
      '/plan//evil.example',
      '/github//evil.example',
      '/github/%2Fevil.example',
      '/admin/gh//evil.example/x',
    ])
      expect(forwarded(address)?.kind === 'moved' ? (forwarded(address) as { to: string }).to : '/').toMatch(
        /^\/(?!\/)/,
      );
  });
});
