import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanNetwork } from './network-list.ts';

const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/paths.json'), 'utf8')) as {
  clean_network: [list: string, expected: string[]][];
};

describe('lists of repository files', () => {
  test.each(cases.clean_network)('%j is cleaned as observed', (list, expected) => {
    expect(cleanNetwork(list.split('\n'))).toEqual(expected);
  });

  test('empty entries and the bare prefix of a prefixed list are dropped', () => {
    expect(cleanNetwork(['', 'x/', 'x/a.c', '.', './'])).toEqual(['x/a.c']);
  });

  test('what is no path inside of a repository is dropped', () => {
    expect(cleanNetwork(['../a.c', '/etc/passwd', 'a\0b', 'a/../../b', 'x'.repeat(20_000), '..'])).toEqual([]);
  });

  test('quoting is undone only where it is that of git', () => {
    expect(cleanNetwork(['"a\\tb.c"', '"say \\"hi\\".c"', '"caf\\303\\251.py"', '"plain.c"', 'a.c\r'])).toEqual([
      'a\tb.c',
      'say "hi".c',
      'café.py',
      'plain.c',
      'a.c',
    ]);
    expect(cleanNetwork(['"bad\\377.py"'])).toEqual(['bad/377.py']);
  });

  test('detours are taken out', () => {
    expect(cleanNetwork(['./a//b/../c.py'])).toEqual(['a/c.py']);
  });
});
