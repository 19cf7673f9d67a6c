import type { Config } from './config/config.ts';
import type { ConfigNotice } from './config/problem.ts';
import type { LogOptions } from './observability/log.ts';
import { defaultLogFormat } from './observability/log-format.ts';

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

/** The settings of the house, and the whole configuration for its rooms. */
export interface ServeOptions extends ServeSettings {
  readonly config: Config;
  /** What to say about the configuration at the start. */
  readonly notices: readonly ConfigNotice[];
}

/** What the command line says; it wins over the configuration. */
export interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly logFormat?: 'json' | 'pretty';
}

/** How long running requests may take to finish when the server stops (`SHUTDOWN_TIMEOUT`, deployment §8). */
const DEFAULT_SHUTDOWN_SECONDS = 25;

/**
 * Puts configuration and command line together.
 *
 * @param dataDir absolute path of the data folder
 */
export function serveOptions(
  config: Config,
  dataDir: string,
  flags: ServeFlags,
  notices: readonly ConfigNotice[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): ServeOptions {
  return {
    config,
    notices,
    dataDir,
    host: flags.host ?? config.listen.host,
    port: flags.port ?? config.listen.port,
    databaseUrl: config.services.databaseUrl ?? undefined,
    poolMax: config.database.poolMax,
    statementTimeoutMs: config.database.statementTimeoutSeconds * 1000,
    log: { format: flags.logFormat ?? config.log.format ?? defaultLogFormat(), level: logLevel(config.log.level) },
    trustedProxyDepth: config.setup.http.trustedProxyDepth,
    requestTimeoutMs: config.web.requestTimeoutSeconds * 1000,
    drainDelayMs: config.web.drainDelaySeconds * 1000,
    shutdownTimeoutMs: shutdownSeconds(environment) * 1000,
  };
}

function logLevel(configured: string): LogOptions['level'] {
  const level = configured.toLowerCase();
  if (level === 'debug' || level === 'error') return level;
  return level.startsWith('warn') ? 'warn' : 'info';
}

function shutdownSeconds(environment: NodeJS.ProcessEnv): number {
  const text = environment['SHUTDOWN_TIMEOUT'] ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : DEFAULT_SHUTDOWN_SECONDS;
}
