import type { LogOptions } from './observability/log.ts';

/** What `thatch serve` needs to know, whole and checked. */
export interface ServeSettings {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** An own Postgres instead of the embedded one. */
  readonly databaseUrl?: string;
  readonly poolMax: number;
  readonly statementTimeoutMs: number;
  readonly log: Pick<LogOptions, 'format' | 'level'>;
  readonly trustedProxyDepth: number;
  readonly requestTimeoutMs: number;
  /** How long the server still accepts requests after it said that it is going. */
  readonly drainDelayMs: number;
  /** How long running requests may take to finish then. */
  readonly shutdownTimeoutMs: number;
}
