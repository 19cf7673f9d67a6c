import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineMap } from './line-map.ts';

describe('a map by line', () => {
  test('is a map, in whatever order lines come, go and are asked for', () => {
    const step = fc.record({
      kind: fc.constantFrom('set', 'set', 'set', 'delete', 'clear'),
      line: fc.integer({ min: 1, max: 12 }),
      value: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, isAscending) => {
        const lines = new LineMap<number>();
        const known = new Map<number, number>();
        const ordered = isAscending ? steps.toSorted((left, right) => left.line - right.line) : steps;
        for (const { kind, line, value } of ordered) {
          if (kind === 'clear' && value > 2) continue;
          for (const each of [lines, known]) {
            if (kind === 'set') each.set(line, value);
            else if (kind === 'delete') each.delete(line);
            else each.clear();
          }
          for (let asked = 0; asked <= 13; asked++) {
            expect([lines.get(asked), lines.has(asked)]).toEqual([known.get(asked), known.has(asked)]);
          }
          expect(lines.size).toBe(known.size);
        }
        const listed: [number, number][] = [];
        lines.forEach((line, value) => listed.push([line, value]));
        expect(listed).toEqual([...known].sort((left, right) => left[0] - right[0]));
      }),
    );
  });
});
