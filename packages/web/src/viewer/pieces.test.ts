import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_SHOWN, nameOfControl, piecesOf } from './pieces.ts';

describe('the pieces of a line', () => {
  test('are together the line, whatever overlaps', () => {
    const anySpan = fc
      .tuple(fc.nat(30), fc.nat(30))
      .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(anySpan), fc.array(anySpan), (line, spans, matches) => {
        const ordered = spans.toSorted((left, right) => left[0] - right[0]);
        const tokens = ordered.map(([start, end]) => ({ start, end, kind: 'key' as const }));
        expect(
          piecesOf(line, tokens, matches)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line);
      }),
    );
  });

  test('have the colours of the tokens and the matches of a search', () => {
    const tokens = [{ start: 0, end: 2, kind: 'key' as const }];
    expect(piecesOf('if (a)', tokens, [[1, 4]]).map(({ text, kind, isMatch }) => [text, kind, isMatch])).toEqual([
      ['i', 'key', false],
      ['f', 'key', true],
      [' (', '', true],
      ['a)', '', false],
    ]);
  });

  test('show white space at the end and characters that change the direction of others', () => {
    expect(piecesOf('a\u202eb \t', []).map(({ text, hidden }) => [text, hidden])).toEqual([
      ['a', null],
      ['\u202e', 'control'],
      ['b', null],
      [' \t', 'trail'],
    ]);
    expect(nameOfControl('\u202e')).toBe('U+202E');
    expect(piecesOf('\ta', []).map(({ hidden }) => hidden)).toEqual([null]);
  });

  test('of a line that nobody could read end early', () => {
    const shown = piecesOf('x'.repeat(1_000_000), []).map(({ text }) => text);
    expect(shown.join('')).toHaveLength(LONGEST_SHOWN);
  });
});
