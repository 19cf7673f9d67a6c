import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { jobOptions, workerOptions } from './backend.ts';
import type { JobsBackend } from './backend.ts';

/** What the Redis store needs. */
export interface RedisBackendOptions {
  /** `redis://`, `rediss://` or `unix://` (install-config §5.2). */
  readonly url: string;
  /** Told about lost connections; they are made again without end. */
  readonly onConnectionLost: (error: Error) => void;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly firstPauseMs: number;
}

const PREFIX = 'thatch';
const RECONNECT_MS = 1000;
/** BullMQ never reads its event stream here; it is only kept short. */
const EVENTS_KEPT = 100;

/** Queues in Redis 5 or later, or Valkey. Connects in the background. */
export function openRedisBackend(options: RedisBackendOptions): JobsBackend {
  // One to hand over, which says at once when there is no Redis; one that workers copy, which waits for it.
  const producer = connect(options, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const consumer = connect(options, { maxRetriesPerRequest: null });
  return {
    makeQueue: (name, onError) => {
      const settings = {
        connection: producer,
        prefix: PREFIX,
        defaultJobOptions: jobOptions(options.firstPauseMs),
        streams: { events: { maxLen: EVENTS_KEPT } },
      };
      const queue = new Queue(name, settings);
      queue.on('error', onError);
      return queue;
    },
    makeWorker: (name, processor, concurrency, { onError, onLeasesLost }) => {
      const settings = {
        connection: consumer,
        prefix: PREFIX,
        ...workerOptions(concurrency, options.leaseMs, options.pollMs),
      };
      const worker = new Worker(name, processor, settings);
      worker.on('error', onError);
      worker.on('lockRenewalFailed', onLeasesLost);
      return worker;
    },
    close: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

function connect(options: RedisBackendOptions, differences: RedisOptions): Redis {
  const settings: RedisOptions = { ...differences, retryStrategy: () => RECONNECT_MS };
  const redis = options.url.startsWith('unix:')
    ? new Redis({ ...settings, ...socketOf(options.url) })
    : new Redis(options.url, settings);
  // Without a listener the loss of a connection would be printed to standard error.
  redis.on('error', options.onConnectionLost);
  return redis;
}

function socketOf(text: string): RedisOptions {
  const url = new URL(text);
  const database = url.searchParams.get('db');
  return {
    path: decodeURIComponent(url.pathname),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(database === null ? {} : { db: Number(database) }),
  };
}
