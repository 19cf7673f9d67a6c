import { expect, test } from 'vitest';
import { pageOfAddress } from './pasted.ts';

const OWN = 'https://cov.example.test/thatch';

test.each([
  ['https://cov.example.test/thatch/gh/acme/web/commits?search=a#x', '/gh/acme/web/commits?search=a#x'],
  ['https://cov.example.test/thatch', '/'],
  ['https://cov.example.test/thatch//evil.test/gh', '/evil.test/gh'],
  ['https://app.codecov.io/gh/acme/web/pull/12?src=pr', '/gh/acme/web/pull/12?src=pr'],
  ['https://codecov.corp.test/github/acme/web', '/github/acme/web'],
  ['https://github.com/acme', '/gh/acme'],
  ['https://github.com/acme/web/', '/gh/acme/web'],
  ['https://www.github.com/acme/web.git', '/gh/acme/web'],
  ['git@github.com:acme/web.git', '/gh/acme/web'],
  ['ssh://git@gitlab.com:22/group/sub/web.git', '/gl/group:sub/web'],
  ['https://github.com/acme/web/blob/main/src/a.ts#L3-L9', '/gh/acme/web/blob/main/src/a.ts#L3-L9'],
  ['https://github.com/acme/web/tree/feature/x', '/gh/acme/web/tree/feature/x'],
  ['https://github.com/acme/web/commit/4f2c1aa', '/gh/acme/web/commit/4f2c1aa'],
  ['https://github.com/acme/web/commits/main', '/gh/acme/web/commits/main'],
  ['https://github.com/acme/web/pull/12/files', '/gh/acme/web/pull/12'],
  ['https://github.com/acme/web/actions/runs/1', '/gh/acme/web'],
  ['https://gitlab.com/group/sub/web/-/blob/main/a.c#L3-9', '/gl/group:sub/web/blob/main/a.c#L3-L9'],
  ['https://gitlab.com/group/web/-/merge_requests/7', '/gl/group/web/pull/7'],
  ['https://git.corp.test/group/sub/web/-/commit/4f2c1aa', '/gle/group:sub/web/commit/4f2c1aa'],
  ['https://bitbucket.org/acme/web/src/main/a.py#lines-3:9', '/bb/acme/web/blob/main/a.py#L3-L9'],
  ['https://bitbucket.org/acme/web/commits/4f2c1aa', '/bb/acme/web/commit/4f2c1aa'],
  ['https://bitbucket.corp.test/projects/ACME/repos/web/browse', '/bbs/ACME/web'],
  ['https://codeberg.org/acme/web/src/branch/main/a.go#L4', '/gt/acme/web/blob/main/a.go#L4'],
  ['https://forge.corp.test/acme/web/src/branch/main/a.go', '/gt/acme/web/blob/main/a.go'],
])('%s is the page %s', (pasted, page) => expect(pageOfAddress(pasted, OWN)).toBe(page));

test.each(['acme/web', 'https://', 'javascript:alert(1)', 'https://example.test/', 'https://example.test/a/b/c', ''])(
  '%s is no address of a page',
  (pasted) => expect(pageOfAddress(pasted, OWN)).toBeNull(),
);
