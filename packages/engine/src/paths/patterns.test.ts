import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normaliseFix } from './fixes.ts';
import { normalisePattern, PathPattern } from './patterns.ts';

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/yaml-patterns.json'), 'utf8'),
) as {
  path: [written: string, normal: string][];
  fix: [written: string, normal: string][];
};

describe('normal forms as observed', () => {
  test.each(cases.path)('the pattern %s is kept as %s', (written, normal) => {
    expect(normalisePattern(written)).toBe(normal);
  });

  test.each(cases.fix)('the rule %s is kept as %s', (written, normal) => {
    expect(normaliseFix(written) ?? 'INVALID').toBe(normal);
  });
});

// repo-yaml §3.9, rows 16–29 and 31–35.
describe('normal forms of the worked examples', () => {
  test.each([
    ['a.b', '^a.b.*'],
    ['!./b', '!^b.*'],
    ['!!c', '!^c.*'],
    ['a+/b', '^a+/b.*'],
    ['^src/', '^^src/.*'],
    ['', '^.*'],
    ['test_*.py', '(?s:test_[^\\/]*\\.py)\\Z'],
    ['src/**', '(?s:src/.*)\\Z'],
    ['a/**/b', '(?s:a/.*/b)\\Z'],
    ['**', '(?s:.*)\\Z'],
    ['*', '(?s:[^\\/]*)\\Z'],
    ['.*', '.*'],
    ['*.min.*', '(?s:[^\\/]*\\.min\\.[^\\/]*)\\Z'],
    ['[!a]*/b', '[!a]*/b'],
    ['a[0-9].py', 'a[0-9].py'],
    ['[!a-c]/*', '(?s:[^a-c]/[^\\/]*)\\Z'],
    ['[a-c]/*.py', '(?s:[a-c]/[^\\/]*\\.py)\\Z'],
    ['a/{b,c}/*', '(?s:a/\\{b,c\\}/[^\\/]*)\\Z'],
    ['[unclosed', '(?s:\\[unclosed)\\Z'],
    ['a]b(', '(?s:a\\]b\\()\\Z'],
    ['**/*.pb.go', '(?s:.*/[^\\/]*\\.pb\\.go)\\Z'],
    ['[x--z]/*', '(?s:[x-\\-z]/[^\\/]*)\\Z'],
  ])('the pattern %s is kept as %s', (written, normal) => {
    expect(normalisePattern(written)).toBe(normal);
  });

  test.each([
    ['a::b::c', '^a::b::c'],
    ['^x::y', '^^x::y'],
    ['a/**/::', 'a/**/::'],
    ['::', '::'],
    ['before/tests-*::after/', '(?s:before/tests\\-[^\\/]*)::after/'],
    ['.*/x::y', '.*/x::y'],
    ['**/src/::lib/', '(?s:.*/src/)::lib/'],
  ])('the rule %s is kept as %s', (written, normal) => {
    expect(normaliseFix(written)).toBe(normal);
  });
});

describe('what a pattern fits', () => {
  test.each([
    ['src', 'src2/a.py', true],
    ['src/', 'lib/src/a.py', false],
    ['*.py', 'a.py', true],
    ['*.py', 'src/a.py', false],
    ['**/*.py', 'a.py', false],
    ['**/*.py', 'src/deep/a.py', true],
    ['src/*', 'src/a', true],
    ['src/*', 'src/a/b', false],
    ['a/**/b', 'a/b', false],
    ['/src', 'src/a', false],
    ['[!a-c]/*', 'd/x', true],
    ['[!a-c]/*', 'a/x', false],
    ['a?c', 'ac/x', true],
    ['(a|b)/', 'b/x', true],
    ['^(?!src/).*', 'lib/x', true],
    ['.*\\.gen\\.', 'src/x.gen.ts', true],
    ['x/**', 'x/a\nb', true],
  ])('%s on %j: %s', (written, path, expected) => {
    expect(new PathPattern(written).matches(path)).toBe(expected);
  });

  test('a prefix that is no regular expression is read literally', () => {
    const pattern = new PathPattern('(abc');
    expect([pattern.matches('(abc/x'), pattern.matches('abc/x'), pattern.problem]).toEqual([
      true,
      false,
      'not_a_regex',
    ]);
    expect(new PathPattern('c++/').matches('c++/x')).toBe(true);
    expect(new PathPattern('c++/').matches('cc/x')).toBe(false);
  });

  test('what the matcher does not know never fits and says so', () => {
    const pattern = new PathPattern('(a)?(?(1)b$|c$)');
    expect([pattern.matches('ab'), pattern.problem]).toEqual([false, 'unsupported']);
  });

  test('a pattern that takes too long switches itself off', () => {
    const pattern = new PathPattern('(a|aa)+\\1b$');
    for (let count = 0; count < 3; count++) expect(pattern.matches(`${'a'.repeat(60)}!b`)).toBe(false);
    expect(pattern.problem).toBe('overrun');
    expect(pattern.matches('b')).toBe(false);
  });
});
