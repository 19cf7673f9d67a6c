import { describe, expect, test } from 'vitest';
import {
  decodeSlug,
  formatRepository,
  isFullSha,
  isSameName,
  parseOwnerName,
  parsePlainSlug,
  parseRepositoryName,
  parseRepositoryOption,
  parseService,
  parseSha,
  SERVICES,
  shortService,
} from './names.ts';

describe('services', () => {
  test.each([
    ['github', 'github'],
    ['gh', 'github'],
    ['GH', 'github'],
    ['GitLab', 'gitlab'],
    ['gl', 'gitlab'],
    ['bb', 'bitbucket'],
    ['ghe', 'github_enterprise'],
    ['github_enterprise', 'github_enterprise'],
    ['github-enterprise', 'github_enterprise'],
    ['gle', 'gitlab_enterprise'],
    ['bbs', 'bitbucket_server'],
    ['stash', 'bitbucket_server'],
    ['gt', 'gitea'],
    ['gitea', 'gitea'],
    ['forgejo', 'gitea'],
    ['codeberg', 'gitea'],
    ['git', 'git'],
    ['none', 'git'],
    ['local', 'git'],
    ['github-actions', 'github'],
  ])('%s names %s', (text, service) => {
    expect(parseService(text)).toBe(service);
  });

  test.each(['svn', '', 'travis', 'constructor', '__proto__', 'gh ', 'github/'])('%j names no service', (text) => {
    expect(parseService(text)).toBeNull();
  });

  test('every service is found again by its short name', () => {
    for (const service of SERVICES) expect(parseService(shortService(service))).toBe(service);
  });
});

describe('slugs of paths and bodies', () => {
  test.each([
    ['acme::::web', 'acme', 'web'],
    ['group:::sub::::app', 'group:sub', 'app'],
    ['a:::b:::c::::d', 'a:b:c', 'd'],
    ['group:sub::::app', 'group:sub', 'app'],
    ['~anna::::dot.files', '~anna', 'dot.files'],
    ['größe::::naïve', 'größe', 'naïve'],
  ])('%s is owner %s, repository %s', (text, owner, name) => {
    expect(decodeSlug(text)).toEqual({ owner, name });
  });

  test.each([
    'acme/web',
    'acme:::web',
    '::::web',
    'acme::::',
    ':::::web',
    'acme::::::::web',
    'acme::::a/b',
    'ac/me::::web',
    'acme::::..',
    '..::::web',
    'acme::::we b',
    'acme::::w\u0000b',
    'acme::::w\u202eb',
    'acme::::w\ufffdb',
    `acme::::${'n'.repeat(256)}`,
    'acme::::<script>',
  ])('%j names no repository', (text) => {
    expect(decodeSlug(text)).toBeNull();
  });

  test('row 55: a slug of 300 characters is read', () => {
    expect(decodeSlug(`${'o'.repeat(100)}::::${'n'.repeat(196)}`)).not.toBeNull();
  });
});

describe('plain slugs of the legacy query', () => {
  test.each([
    ['acme/web', 'acme', 'web'],
    ['group/sub/app', 'group:sub', 'app'],
    ['~anna/files', '~anna', 'files'],
  ])('%s is owner %s, repository %s', (text, owner, name) => {
    expect(parsePlainSlug(text)).toEqual({ owner, name });
  });

  test.each([
    'web',
    '/web',
    'acme/',
    'acme//web',
    'acme/../web',
    'acme::::web',
    'ac me/web',
    `acme/${'n'.repeat(256)}`,
  ])('%j names no repository', (text) => {
    expect(parsePlainSlug(text)).toBeNull();
  });
});

describe('repositories of our own address and of the shell', () => {
  test.each([
    ['acme/web', null, 'acme', 'web'],
    ['gh/acme/web', 'github', 'acme', 'web'],
    ['gitlab/group/sub/app', 'gitlab', 'group:sub', 'app'],
    ['group/sub/app', null, 'group:sub', 'app'],
    ['gitlab/app', null, 'gitlab', 'app'],
    ['git/team:core/app', 'git', 'team:core', 'app'],
  ])('%s is service %s, owner %s, repository %s', (text, service, owner, name) => {
    expect(parseRepositoryOption(text)).toEqual({ service, owner, name });
  });

  test.each(['', 'web', '/', 'gh/', 'gh/acme/', 'gh//web', '../../etc/passwd'])('%j names no repository', (text) => {
    expect(parseRepositoryOption(text)).toBeNull();
  });

  test('the shell wants the service to be said', () => {
    expect(parseRepositoryName('acme/web')).toBeNull();
    expect(parseRepositoryName('gh/acme/web')).toEqual({
      service: 'github',
      owner: 'acme',
      name: 'web',
    });
  });

  test('an owner is service and name, groups joined by a colon', () => {
    expect(parseOwnerName('gl/group/sub')).toEqual({ service: 'gitlab', owner: 'group:sub' });
    expect(parseOwnerName('acme')).toBeNull();
    expect(parseOwnerName('svn/acme')).toBeNull();
    expect(parseOwnerName('gh/')).toBeNull();
  });

  test('a repository is written with the short service', () => {
    expect(formatRepository({ service: 'gitlab', owner: 'group:sub', name: 'app' })).toBe('gl/group:sub/app');
  });
});

describe('commit hashes', () => {
  test.each([
    ['9F3AB21', '9f3ab21'],
    ['a'.repeat(40), 'a'.repeat(40)],
    ['B'.repeat(64), 'b'.repeat(64)],
    [' 9f3ab21\n', '9f3ab21'],
  ])('%j is read as %s', (text, sha) => {
    expect(parseSha(text)).toBe(sha);
  });

  test.each(['9f3ab2', 'a'.repeat(65), 'main', '', '9f3ab2g', 'a b c d e f', '12:0123456789ab'])(
    '%j is refused',
    (text) => {
      expect(parseSha(text)).toBeNull();
    },
  );

  test('only 40 and 64 digits are a whole hash', () => {
    expect([7, 39, 40, 41, 64].map((length) => isFullSha('a'.repeat(length)))).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });
});

test('names of hosted forges ignore case, those of plain git do not', () => {
  expect(isSameName('github', 'Acme', 'acme')).toBe(true);
  expect(isSameName('git', 'Acme', 'acme')).toBe(false);
});
