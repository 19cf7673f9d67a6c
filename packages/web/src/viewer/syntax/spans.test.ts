import { describe, expect, test } from 'vitest';
import { TOKEN_CLASSES } from '../pieces.ts';
import { findSpans } from './find-spans.ts';
import { highlightSpans } from './highlight-spans.ts';
import { lineStarts, spansOfLines } from './spans.ts';

async function coloured(path: string, text: string): Promise<string[]> {
  const { all } = await findSpans(path, text);
  const found: string[] = [];
  for (let at = 0; at < all.length; at += 3)
    found.push(`${TOKEN_CLASSES[all[at + 2]]}:${text.slice(all[at], all[at + 1])}`);
  return found;
}

describe('colours', () => {
  test.each([
    ['src/a.ts', 'const a: Foo = f("x", 12); // y', ['key:const', 'fn:Foo', 'fn:f', 'str:"x"', 'num:12', 'com:// y']],
    ['a.py', 'def f(): return None', ['key:def', 'fn:f', 'key:return', 'num:None']],
    ['a.go', 'func f() { return "x" }', ['key:func', 'key:return', 'str:"x"']],
    ['a.rb', 'puts "<a&b>" # <c>', ['str:"<a&b>"', 'com:# <c>']],
    ['Dockerfile', 'FROM a', ['key:FROM']],
    ['a.unknown', 'const a', []],
  ])('of %s', async (path, text, expected) =>
    expect(await coloured(path, text)).toEqual(expect.arrayContaining(expected)),
  );

  test('of highlight.js are those of the innermost span that has one, and entities are one character', () => {
    const spans = highlightSpans('a<span class="hljs-string">&quot;<span class="hljs-subst">b</span>c&lt;</span>d');
    expect([...spans.all]).toEqual([1, 2, 2, 3, 5, 2]);
  });
});

test('the colours of some lines are cut at their ends', () => {
  const text = 'a /* b\nc */ d\n\n"e"';
  const starts = lineStarts(text);
  const spans = Uint32Array.from([2, 11, 5, 15, 18, 2]);
  expect([...spansOfLines(spans, starts, 0, 99)]).toEqual([0, 2, 6, 5, 1, 0, 4, 5, 3, 0, 3, 2]);
  expect([...spansOfLines(spans, starts, 1, 2)]).toEqual([1, 0, 4, 5]);
  expect([...spansOfLines(spans, starts, 2, 3)]).toEqual([]);
});
