import type { ProbeName, QueueRow, StuckRow } from '@thatch/server/http/ui/contract/administration.ts';
import { counted } from './shared.ts';
import { duration } from './units.ts';

/** `/admin/jobs` and `/admin/health`. */
export const ADMINISTRATION = {
  tabs: 'Administration',
  jobs: 'Jobs',
  health: 'Health',
} as const;

export const HEALTH = {
  title: 'Health',
  process: 'This process',
  version: 'Thatch',
  node: 'Node',
  role: 'Role',
  host: 'Host',
  started: 'Started',
  memory: 'Memory',
  threads: 'Worker threads',
  queues: 'Queues',
  stores: { postgres: 'in Postgres', redis: 'in Redis' },
  checks: 'Checks',
  check: 'Check',
  seen: 'Seen',
  acts: 'Acts',
  names: {
    folder: 'Data folder',
    disk: 'Disk',
    database: 'Postgres',
    clock: 'Clock',
    objects: 'Objects',
    queues: 'Queues',
    address: 'Public address',
  } satisfies Record<ProbeName, string>,
  states: { ok: 'works', warning: 'look at it', failed: 'does not work' },
  looking: 'looking',
  fix: 'Fix:',
  again: 'Check again',
  againOf: (name: string) => `Check again: ${name}`,
  checking: 'Checking',
} as const;

export const JOBS = {
  title: 'Jobs',
  queues: 'Queues',
  step: 'Step',
  steps: { parse: 'Read uploads', merge: 'Merge commits' } satisfies Record<QueueRow['queue'], string>,
  waiting: 'Waiting',
  running: 'Running',
  oldest: 'Oldest',
  rate: 'Per minute',
  left: 'Done in',
  unknown: 'no answer',
  none: '–',
  age: (milliseconds: number) => (milliseconds === 0 ? '–' : duration(milliseconds)),
  /** How long what waits takes at the rate of the last minute. */
  leftAt: (waiting: number, perMinute: number) =>
    waiting === 0 || perMinute === 0 ? '–' : duration(Math.ceil((waiting / perMinute) * 60) * 1000),
  failed: 'Failed',
  failedEmpty: 'Nothing failed for a reason of the server.',
  stuck: 'Stuck',
  stuckEmpty: 'Nothing waits longer than two minutes.',
  upload: 'Upload',
  reason: 'Reason',
  since: 'Since',
  acts: 'Acts',
  unnamed: 'upload',
  states: {
    stored: 'waits to be read',
    processed: 'waits to be merged',
    error: 'failed',
  } satisfies Record<StuckRow['state'], string>,
  attempts: (count: number) => `${counted(count, 'try', 'tries')} so far`,
  fix: 'Fix:',
  retry: 'Retry',
  retrying: 'Retrying',
  retried: 'It is tried again.',
  drop: 'Drop',
  dropTitle: (name: string) => `Drop ${name}?`,
  dropSentence:
    'The upload and its bytes are deleted, and the report of its commit is made without it. This cannot be undone.',
  dropAct: 'Drop the upload',
  dropping: 'Dropping',
  of: (repository: string, sha: string) => `${repository} at ${sha.slice(0, 7)}`,
} as const;
