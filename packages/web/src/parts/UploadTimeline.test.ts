import { describe, expect, test } from 'vitest';
import type { UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { stepsOf } from './UploadTimeline.tsx';

const AT = '2026-01-01T00:00:00Z';
const MERGED: UploadRow = {
  id: '1',
  name: null,
  flags: [],
  ci: null,
  job: null,
  build: null,
  build_address: null,
  state: 'merged',
  formats: [],
  client: null,
  bytes: 1,
  files: 1,
  files_named: 1,
  coverage: null,
  received_at: AT,
  stored_at: AT,
  processed_at: AT,
  merged_at: AT,
  milliseconds: { queued: 3, parse: 12, merge: 40 },
  superseded_by: null,
  is_unprotected: false,
  errors: 0,
  warnings: 0,
  problem: null,
};

const steps = (change: Partial<UploadRow>) =>
  stepsOf({ ...MERGED, ...change }).map(({ kind, word, at, notes }) => [kind, word, at !== null, ...notes]);

describe('what became of an upload', () => {
  test('is told step by step, with how long each took', () => {
    expect(steps({})).toEqual([
      ['pass', 'Received', true],
      ['pass', 'Bytes complete', true],
      ['pass', 'Read', true, 'waited 3 ms', 'took 12 ms'],
      ['pass', 'Merged into the report', true, 'took 40 ms'],
    ]);
  });

  test('names the step that it waits for', () => {
    const waiting = { processed_at: null, merged_at: null, milliseconds: { queued: null, parse: null, merge: null } };
    expect(steps({ ...waiting, state: 'started', stored_at: null }).at(-1)).toEqual([
      'pending',
      'Bytes complete',
      false,
    ]);
    expect(steps({ ...waiting, state: 'stored' }).at(-1)).toEqual(['pending', 'Read', false]);
    expect(steps({ state: 'processed', merged_at: null }).at(-1)?.slice(0, 3)).toEqual([
      'pending',
      'Merged into the report',
      false,
    ]);
  });

  test('ends where it ended', () => {
    expect(steps({ state: 'error', merged_at: null }).at(-1)).toEqual([
      'fail',
      'Could not be read',
      true,
      'waited 3 ms',
      'took 12 ms',
    ]);
    expect(steps({ state: 'superseded' }).at(-1)).toEqual(['neutral', 'Superseded', true]);
    expect(steps({ state: 'expired', stored_at: null }).at(-1)).toEqual(['neutral', 'Bytes never came', false]);
  });
});
