import { expect, test } from 'vitest';
import { hear, NOTHING_HEARD, type Heard } from './listening.ts';

const WEB = { repo: 'gh/acme/web', commit: 'a'.repeat(40) };
const REFUSED = {
  type: 'upload.refused',
  data: { code: 'token_wrong', message: 'Not valid tokenless upload', hint: 'Check the token.' },
};

function after(...events: readonly { type: string; data: Record<string, unknown> }[]): Heard {
  return events.reduce(hear, NOTHING_HEARD);
}

const received = { type: 'upload.received', data: { ...WEB, kind: 'coverage' } };
const parsed = { type: 'upload.parsed', data: WEB };
const merged = { type: 'commit.merged', data: WEB };

test('a report is followed from its receipt to the commit that shows it', () => {
  expect(after(received)).toEqual({ kind: 'received', repository: 'gh/acme/web', commit: WEB.commit });
  expect(after(received, parsed).kind).toBe('parsed');
  expect(after(received, parsed, merged)).toEqual({ kind: 'merged', repository: 'gh/acme/web', commit: WEB.commit });
});

test('row 3: a refusal is told with its rule and fix, until a report comes through', () => {
  expect(after(REFUSED)).toEqual({ kind: 'refused', ...REFUSED.data });
  expect(after(REFUSED, received).kind).toBe('received');
});

test('a report that cannot be read is told with its reason', () => {
  const data = { ...WEB, code: 'empty', message: 'The report is empty.', hint: 'Look at the tool.' };
  expect(after(received, { type: 'upload.error', data })).toEqual({
    kind: 'unreadable',
    code: 'empty',
    message: 'The report is empty.',
    hint: 'Look at the tool.',
  });
});

test('what comes after the first merge does not take the link away', () => {
  expect(after(received, parsed, merged, REFUSED, received).kind).toBe('merged');
  const other = { ...WEB, commit: 'b'.repeat(40) };
  expect(after(merged, { type: 'commit.merged', data: other })).toMatchObject({ commit: other.commit });
});

test('test results and bundles, and events without a repository, change nothing', () => {
  expect(after({ type: 'upload.received', data: { ...WEB, kind: 'test_results' } })).toBe(NOTHING_HEARD);
  expect(after({ type: 'commit.merged', data: {} })).toBe(NOTHING_HEARD);
});
