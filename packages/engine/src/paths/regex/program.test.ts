import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRegex } from './program.ts';

function endOf(pattern: string, text: string): number | string {
  const program = compileRegex(pattern);
  if (program.kind !== 'program') return program.kind;
  const result = program.match(text, 1e6);
  return result.kind === 'match' ? result.end : result.kind;
}

describe('regular expressions of the yaml dialect', () => {
  test.each([
    ['^src/', 'src/a.py', 4],
    ['src', 'lib/src', 'none'],
    ['a|ab', 'ab', 1],
    ['(?:a|ab)c', 'abc', 3],
    ['a+?', 'aaa', 1],
    ['a++', 'aaa', 3],
    ['(?>a*)b', 'aab', 3],
    ['(?s:.*)\\Z', 'a\nb', 3],
    ['.*', 'a\nb', 1],
    ['a$', 'a\n', 1],
    ['a\\Z', 'a\n', 'none'],
    ['(?!src/).*', 'lib/x', 5],
    ['(?!src/).*', 'src/x', 'none'],
    ['.*(?<!_test)\\.go$', 'a/b_test.go', 'none'],
    ['.*(?<!_test)\\.go$', 'a/b.go', 6],
    ['.*(?<=/)b', 'a/b', 3],
    ['(?i)SRC/[a-c]', 'src/B', 5],
    ['(?i:S)rc', 'src', 3],
    ['(?i:S)rc', 'sRC', 'none'],
    ['(?x) a b # text\n c', 'abc', 3],
    ['(?P<n>[^/]+)/(?P=n)/', 'repo/repo/x', 10],
    ['([^/]+)/\\1/', 'repo/other/x', 'none'],
    ['a{2,3}', 'aaaa', 3],
    ['a{,2}', 'aaaa', 2],
    ['a{b,c}', 'a{b,c}', 6],
    ['foo]*', 'foo]]', 5],
    ['[]a]+', ']a', 2],
    ['[^/]*', 'ab/c', 2],
    ['[\\w.-]+', 'é_9.-!', 5],
    ['\\bx', 'x', 1],
    ['(a*)*b', 'aab', 3],
    ['(?:)*x', 'x', 1],
    ['\\x61\\u0062\\143', 'abc', 3],
  ])('%s on %j ends at %s', (pattern, text, expected) => {
    expect(endOf(pattern, text)).toBe(expected);
  });

  test.each([
    '(abc',
    '?',
    '*a',
    'a**',
    'a)b',
    '[unclosed',
    'a]b(',
    '[b-a]',
    '\\q',
    '(?<=a+)b',
    '(?P=n)',
    '\\1',
    'a{3,2}',
    '(?P<1>a)',
    'a(?i)b',
    '^*',
    'a\\',
  ])('%s is not one', (pattern) => {
    expect(endOf(pattern, 'a')).toBe('invalid');
  });

  test.each(['(a)?(?(1)b|c)', 'a{100000}', '((a{100}){100}){100}', '('.repeat(500) + ')'.repeat(500)])(
    '%.30s is refused without being tried',
    (pattern) => {
      expect(endOf(pattern, 'a')).toBe('unsupported');
    },
  );

  test.each([
    ['(a+)+$', `${'a'.repeat(2000)}!`],
    ['(a|aa)+$', `${'a'.repeat(2000)}!`],
    ['(.*)*x$', `${'a'.repeat(2000)}x!`],
    ['(?:.*/){20}z', `${'/a'.repeat(500)}!z`],
    ['(a?){50}a{50}b', `${'a'.repeat(2000)}!b`],
    ['((a*)*)*b', `${'a'.repeat(2000)}!b`],
  ])('%s takes a bounded number of steps on text made for it', (pattern, text) => {
    const program = compileRegex(pattern);
    if (program.kind !== 'program') throw new Error('it compiles');
    expect(program.match(text, 2_000_000).kind).toBe('none');
    expect(program.steps).toBeLessThan(1_500_000);
    expect(program.steps).toBeGreaterThan(1000);
  });

  test('a pattern with a backreference stops at its allowance', () => {
    const program = compileRegex('(a*)*\\1b');
    if (program.kind !== 'program') throw new Error('it compiles');
    expect(program.match(`${'a'.repeat(200)}!b`, 50_000)).toEqual({ kind: 'overrun' });
  });

  test('finds what the engine of the platform finds, for patterns that both read alike', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '/',
      '.',
      '[ab]',
      '[^/]',
      '(?:a|b/)',
      '(ab|a)',
      'a?',
      '(?=a)',
      '(?!b)',
      '(?<=a)',
    );
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '*?', '{1,2}'))
      .map(([item, quantifier]) =>
        item.startsWith('(?=') || item.startsWith('(?!') || item.startsWith('(?<') || item.endsWith('?')
          ? item
          : item + quantifier,
      );
    const patterns = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const native = new RegExp(pattern, 'y').exec(text);
        expect(endOf(pattern, text)).toBe(native === null ? 'none' : native[0].length);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test('reads any text as a pattern without failing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab()[]{}?*+|^$\\.:!<=PiZ0123,-/ '), maxLength: 30 }),
        (pattern) => {
          endOf(pattern, 'ab/ab');
        },
      ),
      { numRuns: 2000, seed: 7 },
    );
  });
});
