import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readValue, writeValue } from '../model/value.ts';
import { SessionLog } from './session-log.ts';

/** `[session, value, missing branches]` of each session of a line, and what the observed system made of them. */
interface ObservedLine {
  readonly sessions: readonly (readonly [number, unknown, readonly string[] | null])[];
  readonly coverage: unknown;
  readonly missing: readonly string[] | null;
}

const observed = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/merge-sessions.json'), 'utf8'),
) as readonly ObservedLine[];

describe('the sessions of a line', () => {
  test('fold to the observed value and missing branches', () => {
    expect(observed.length).toBeGreaterThan(0);
    for (const line of observed) {
      const { value, missing } = fold(line.sessions);
      expect({ ...line, coverage: value, missing: sorted(missing) }).toEqual({
        ...line,
        missing: sorted(line.missing),
      });
    }
  });

  test('of one file are forgotten before the next', () => {
    const log = new SessionLog(() => 0);
    for (const line of observed) {
      log.clear();
      expect(fold(line.sessions, log)).toEqual(fold(line.sessions));
    }
  });
});

function fold(
  sessions: ObservedLine['sessions'],
  log = new SessionLog(() => 0),
): { readonly value: unknown; readonly missing: readonly unknown[] | null } {
  const slot = log.open(1);
  for (const [, value, missing] of sessions) {
    log.add(slot, readValue(value)!);
    if (missing === null) continue;
    log.begin(1);
    for (const id of missing) log.text(id);
  }
  const { value, missing } = log.fold(slot, true);
  return { value: writeValue(value), missing };
}

function sorted(ids: readonly unknown[] | null): readonly unknown[] | null {
  return ids === null ? null : ids.map(String).sort();
}
