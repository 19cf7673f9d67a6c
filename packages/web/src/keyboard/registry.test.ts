import { describe, expect, test } from 'vitest';
import { type RegisteredShortcut, ShortcutRegistry } from './registry.ts';

/** A registry that writes down what was run. */
function makeRegistry() {
  const registry = new ShortcutRegistry();
  const done: string[] = [];
  const add = (owner: string, group: RegisteredShortcut['group'], ...keys: string[]) =>
    registry.add(
      owner,
      keys.map((each) => ({ keys: each, label: each, group, run: () => void done.push(`${owner} ${each}`) })),
    );
  return { registry, done, add };
}

describe('shortcuts', () => {
  test('one key, two keys after each other, and a key that is nothing', () => {
    const { registry, done, add } = makeRegistry();
    add('frame', 'everywhere', '?', 'g h', 'g o');
    expect(registry.press('g', 0)).toBe(true);
    expect(registry.press('o', 500)).toBe(true);
    expect(registry.press('?', 600)).toBe(true);
    expect(registry.press('x', 700)).toBe(false);
    expect(registry.press('o', 800)).toBe(false);
    expect(done).toEqual(['frame g o', 'frame ?']);
  });

  test('the second key is not waited for for ever, and another one counts by itself', () => {
    const { registry, done, add } = makeRegistry();
    add('frame', 'everywhere', 'g h', 'j');
    registry.press('g', 0);
    expect(registry.press('h', 5000)).toBe(false);
    registry.press('g', 6000);
    expect(registry.press('j', 6100)).toBe(true);
    expect(done).toEqual(['frame j']);
  });

  test('a page goes before the frame, whichever came first, and is listed alone; when it leaves, the frame counts again', () => {
    const { registry, done, add } = makeRegistry();
    const leave = add('page', 'page', 't');
    add('frame', 'everywhere', 't', '?');
    registry.press('t', 0);
    expect(registry.read().map(({ group, keys }) => [group, keys])).toEqual([
      ['everywhere', '?'],
      ['page', 't'],
    ]);
    leave();
    registry.press('t', 10);
    expect(done).toEqual(['page t', 'frame t']);
  });
});
