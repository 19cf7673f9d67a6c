import { expect, test } from 'vitest';
import type { JobsAnswer } from '@thatch/server/http/ui/contract/administration.ts';
import { withCounts } from './job-counts.ts';

const ANSWER: JobsAnswer = {
  queues: [
    { queue: 'parse', waiting: 1, running: 1, oldest_ms: 10, per_min: 3 },
    { queue: 'merge', waiting: null, running: null, oldest_ms: 0, per_min: 0 },
  ],
  failed: [],
  stuck: [],
};

test('row 48: an event replaces the counts of its step only', () => {
  const data = { queue: 'merge', waiting: 4, running: 2, oldest_ms: 900, per_min: 11, topics: ['admin'] };
  const { queues } = withCounts(ANSWER, { type: 'job.counts', data });
  expect(queues[0]).toBe(ANSWER.queues[0]);
  expect(queues[1]).toEqual({ queue: 'merge', waiting: 4, running: 2, oldest_ms: 900, per_min: 11 });
});

test('what tells nothing of a step that is shown changes nothing', () => {
  for (const event of [
    { type: 'commit.merged', data: { queue: 'parse' } },
    { type: 'job.counts', data: { queue: 'mail', waiting: 1, running: 1, oldest_ms: 1, per_min: 1 } },
    { type: 'job.counts', data: { queue: 'parse', waiting: 'many', running: 1, oldest_ms: 1, per_min: 1 } },
    { type: 'job.counts', data: {} },
  ])
    expect(withCounts(ANSWER, event)).toBe(ANSWER);
});
