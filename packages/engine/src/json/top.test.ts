import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { scanJsonTop } from './top.ts';

const top = (text: string, isWhole = true) => scanJsonTop(new TextEncoder().encode(text), isWhole, nodeCodec);

describe('scanJsonTop', () => {
  test('tells keys, types, inner keys and texts of an object', () => {
    expect(top('\n{"a":{"x":1,"y":{"z":2}},"b":[1],"c":"text","d":-1,"e":true,"f":false,"g":null} ')).toEqual({
      type: 'object',
      entries: [
        { key: 'a', type: 'object', keys: ['x', 'y'], text: null },
        { key: 'b', type: 'array', keys: [], text: null },
        { key: 'c', type: 'string', keys: [], text: 'text' },
        { key: 'd', type: 'number', keys: [], text: null },
        { key: 'e', type: 'true', keys: [], text: null },
        { key: 'f', type: 'false', keys: [], text: null },
        { key: 'g', type: 'null', keys: [], text: null },
      ],
      damage: null,
    });
  });

  test('tells the items of an array by their index', () => {
    expect(top('[{"name":1},2]')?.entries).toEqual([
      { key: '0', type: 'object', keys: ['name'], text: null },
      { key: '1', type: 'number', keys: [], text: null },
    ]);
  });

  test.each(['', ' ', 'text', '<a/>', '"text"', '12', '{', '[', '{"a', '{"a"', '{a:1}', '[12:30:05] start', '[x]'])(
    'takes %j for no JSON',
    (text) => {
      expect(top(text)).toBeNull();
    },
  );

  test('takes several JSON texts in one file for no JSON', () => {
    expect(top('{"Type":"S","File":"a"}\n{"Type":"R","Line":1}')).toBeNull();
    expect(top('{"Type":"S","File":"a"}\n{"Type":"R","Li', false)).toBeNull();
  });

  test('keeps a damaged document as JSON and says where it is damaged', () => {
    expect(top('{"a":{"b":1},"c":[1,2')).toMatchObject({ damage: { kind: 'truncated', byte: 21 } });
    expect(top('{"a":{"b":1},"c" 1}')).toMatchObject({ damage: { kind: 'invalid', byte: 17 } });
    expect(top('[{"a":1}, {')).toMatchObject({ damage: { kind: 'truncated', byte: 11 } });
  });

  test('looks as far as a sample goes without calling its end damage', () => {
    expect(top('{"meta":{"format":3},"files":{"a.py":{"exec', false)).toMatchObject({
      entries: [
        { key: 'meta', keys: ['format'] },
        { key: 'files', keys: ['a.py'] },
      ],
      damage: null,
    });
  });

  test('keeps no more than 64 entries, 64 keys and 256 characters', () => {
    const inner = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]));
    const large = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`e${index}`, inner]));
    const found = top(JSON.stringify({ text: 'x'.repeat(1000), ...large }));
    expect(found?.entries).toHaveLength(64);
    expect(found?.entries[0].text).toHaveLength(256);
    expect(found?.entries[1].keys).toHaveLength(64);
    expect(found?.damage).toBeNull();
  });
});
