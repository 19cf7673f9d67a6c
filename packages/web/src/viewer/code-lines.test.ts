import { describe, expect, test } from 'vitest';
import { blockAfter, blockAt, blockBefore, readLines, splitLines, worstByBin } from './code-lines.ts';

const LINES = readLines({
  steps: [2, 1, 1, 3, 1, 4],
  classes: 'hmpmhp',
  values: [3, 0, '1/2', 0, 1, true],
  is_cut: false,
});

describe('the lines of a report', () => {
  test('are found by their number', () => {
    expect(LINES.known).toEqual([2, 3, 4, 7, 8, 12]);
    expect([1, 2, 3, 4, 5].map(LINES.classOf)).toEqual([null, 'h', 'm', 'p', null]);
    expect([4, 5].map(LINES.valueOf)).toEqual(['1/2', null]);
    expect(LINES.last).toBe(12);
  });

  test('that are neighbours and not covered are one block, whether partial or missed', () => {
    expect(LINES.blocks).toEqual([
      { from: 3, to: 4 },
      { from: 7, to: 7 },
      { from: 12, to: 12 },
    ]);
  });

  test('after the end of the text are no block: nobody could look at it', () => {
    const lines = readLines({ steps: [1, 9], classes: 'mm', values: [0, 0], is_cut: false }, 5);
    expect(lines.blocks).toEqual([{ from: 1, to: 1 }]);
  });

  test('jumps visit each block once, in order, and say where there is no other', () => {
    const visited: number[] = [];
    for (let line = 0, index = blockAfter(LINES.blocks, 0); index !== null; index = blockAfter(LINES.blocks, line)) {
      visited.push(index);
      line = LINES.blocks[index].to;
    }
    expect(visited).toEqual([0, 1, 2]);
    expect(blockBefore(LINES.blocks, 12)).toBe(1);
    expect(blockBefore(LINES.blocks, 3)).toBeNull();
    expect([blockAt(LINES.blocks, 4), blockAt(LINES.blocks, 5)]).toEqual([0, null]);
  });

  test('the picture at the edge shows the worst of each part', () => {
    expect(worstByBin(LINES, 12, 4)).toEqual(['m', 'p', 'm', 'p']);
    expect(worstByBin(readLines({ steps: [], classes: '', values: [], is_cut: false }), 3, 2)).toEqual(['', '']);
  });
});

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\r\nb\n\n', ['a', 'b', '']],
])('the text %j has the lines %j', (text, lines) => expect(splitLines(text)).toEqual(lines));
