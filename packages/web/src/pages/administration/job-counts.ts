import type { JobsAnswer, QueueRow } from '@thatch/server/http/ui/contract/administration.ts';
import type { PageEvent } from '../../api/live.ts';

/** The rows after an event `job.counts`; the same object when it tells nothing of them (web-ui §4.6). */
export function withCounts(answer: JobsAnswer, { type, data }: PageEvent): JobsAnswer {
  if (type !== 'job.counts') return answer;
  const row = readRow(data);
  if (row === null || answer.queues.every(({ queue }) => queue !== row.queue)) return answer;
  return { ...answer, queues: answer.queues.map((known) => (known.queue === row.queue ? row : known)) };
}

function readRow({ queue, waiting, running, oldest_ms, per_min }: PageEvent['data']): QueueRow | null {
  if (queue !== 'parse' && queue !== 'merge') return null;
  if (![waiting, running, oldest_ms, per_min].every((value) => typeof value === 'number')) return null;
  return {
    queue,
    waiting: waiting as number,
    running: running as number,
    oldest_ms: oldest_ms as number,
    per_min: per_min as number,
  };
}
