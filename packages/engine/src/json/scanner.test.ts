import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { DEEPEST, JsonScanner } from './scanner.ts';

const scan = (text: string) => new JsonScanner(new TextEncoder().encode(text), nodeCodec);

/** Builds the value with the scanner alone, to compare with JSON.parse. */
function build(json: JsonScanner): unknown {
  switch (json.kind()) {
    case 'object': {
      const entries: [string, unknown][] = [];
      json.enterObject();
      while (json.nextKey()) entries.push([json.key(), build(json)]);
      return Object.fromEntries(entries);
    }
    case 'array': {
      const items: unknown[] = [];
      json.enterArray();
      while (json.nextItem()) items.push(build(json));
      return items;
    }
    case 'string':
      return json.string();
    case 'number':
      return json.number();
    case 'none':
      return undefined;
    default: {
      const value = { true: true, false: false, null: null }[json.kind() as 'true' | 'false' | 'null'];
      json.skip();
      return value;
    }
  }
}

const SAMPLE =
  ' { "a" : [ 1 , -2, 0.5, 1e3, 12345678901234567890, [], {} ] ,\r\n\t"b\\u00e9\\"":{"c":"\\ud83d\\ude00 \\\\ é","":null},"t":true,"f":false}\n';

describe('JsonScanner', () => {
  test('reads the same as JSON.parse', () => {
    const json = scan(SAMPLE);
    expect(build(json)).toEqual(JSON.parse(SAMPLE));
    json.finish();
    expect(json.damage).toBeNull();
  });

  test('skips what is not asked for', () => {
    const json = scan('{"skip":{"a":["}","\\"",{"x":1}]},"word":null,"text":"a\\\\","wanted":7}');
    json.enterObject();
    let found = Number.NaN;
    while (json.nextKey()) if (json.keyIs('wanted')) found = json.number();
    json.finish();
    expect(found).toBe(7);
    expect(json.damage).toBeNull();
  });

  test('leaves a value of another type for the next question', () => {
    const json = scan('["text"]');
    json.enterArray();
    json.nextItem();
    expect(json.number()).toBeNaN();
    expect(json.enterObject()).toBe(false);
    expect(json.string()).toBe('text');
    expect(json.string()).toBeNull();
    expect(json.nextItem()).toBe(false);
  });

  test('leaves a container before its end', () => {
    const json = scan('{"list":[1,[2,"]"],3],"after":9}');
    json.enterObject();
    json.nextKey();
    json.enterArray();
    json.nextItem();
    json.leave();
    expect(json.nextKey()).toBe(true);
    expect(json.key()).toBe('after');
    expect(json.number()).toBe(9);
    expect(json.nextKey()).toBe(false);
  });

  test('reads a value again by a fork', () => {
    const json = scan('{"list":[4],"last":1}');
    json.enterObject();
    json.nextKey();
    const fork = json.fork();
    expect(json.nextKey()).toBe(true);
    expect(build(fork)).toEqual([4]);
    expect(json.key()).toBe('last');
  });

  test('tells keys that are plain integers', () => {
    const json = scan('{"0":0,"12":0,"012":0,"-1":0,"1x":0,"":0,"1234567890123456":0}');
    const numbers: number[] = [];
    json.enterObject();
    while (json.nextKey()) numbers.push(json.keyNumber);
    expect(numbers).toEqual([0, 12, -1, -1, -1, -1, -1]);
  });

  test('reads NaN and Infinity as Python writes them', () => {
    expect(build(scan('[NaN,Infinity,-Infinity]'))).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  test('replaces bytes that are no UTF-8', () => {
    const json = new JsonScanner(Uint8Array.of(34, 97, 0xff, 34), nodeCodec);
    expect(json.string()).toBe('a\ufffd');
  });

  test('says where a document breaks off, at whatever byte', () => {
    const bytes = new TextEncoder().encode(SAMPLE.trim());
    for (let length = 0; length < bytes.length; length++) {
      const json = new JsonScanner(bytes.subarray(0, length), nodeCodec);
      build(json);
      json.finish();
      expect(json.damage).toEqual({ kind: 'truncated', byte: length });
      const skipped = new JsonScanner(bytes.subarray(0, length), nodeCodec);
      skipped.finish();
      expect(skipped.damage).toEqual({ kind: 'truncated', byte: length });
    }
  });

  test.each([
    ['{"a" 1}', 5],
    ['{"a":1 "b":2}', 7],
    ['{a:1}', 1],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['[1}', 2],
    ['[1,]', 3],
    ['[01.e]', 1],
    ['[1] x', 4],
    ['{} {}', 3],
    ['[@]', 1],
  ])('says where %s stops being JSON', (text, byte) => {
    const json = scan(text);
    build(json);
    json.finish();
    expect(json.damage).toEqual({ kind: 'invalid', byte });
  });

  test('answers "no more" to everything after damage', () => {
    const json = scan('{"a":{"b":1 "c":2},"d":3}');
    json.enterObject();
    json.nextKey();
    json.enterObject();
    expect([json.nextKey(), json.nextKey(), json.nextKey(), json.nextItem(), json.enterObject()]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(json.number()).toBeNaN();
    expect(json.string()).toBeNull();
    expect(json.damage).toEqual({ kind: 'invalid', byte: 12 });
  });

  test('does not follow nesting without end, but can skip it', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const json = scan(deep);
    let depth = 0;
    while (json.enterArray()) {
      depth++;
      json.nextItem();
    }
    expect(depth).toBe(DEEPEST);
    expect(json.damage?.kind).toBe('too_deep');
    const skipped = scan(deep);
    skipped.finish();
    expect(skipped.damage).toBeNull();
  });

  test('reads an absurdly long text as if it were not there', () => {
    const json = scan(`["${'x'.repeat(1 << 17)}",5]`);
    expect(build(json)).toEqual([null, 5]);
  });
});
