import { hostname } from 'node:os';
import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { PROGRAM_VERSION } from '../version.ts';
import { maskLine } from './mask.ts';

/** The log of the program: deployment §2. Context goes first, then the message: `log.info({ upload_id }, 'stored')`. */
export type Log = Logger;

/** How to write the log. */
export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** First word of the command line: `serve`, `web`, `worker` … */
  readonly role: string;
  /** Where lines go; standard output unless a test says otherwise. */
  readonly destination?: DestinationStream;
}

/**
 * Makes the log. One JSON object a line, or lines for people with `pretty`; in both every line passes through the same masking, so that no
 * caller has to think of it.
 */
export async function makeLog(options: LogOptions): Promise<Log> {
  const destination =
    options.destination ??
    (options.format === 'pretty' ? await prettyStream() : pino.destination({ fd: 1, sync: true }));
  return pino(
    {
      level: options.level,
      base: { role: options.role, node: process.env['HOSTNAME'] || hostname(), version: PROGRAM_VERSION },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'msg',
      errorKey: 'err',
      serializers: { err: serializeError },
      hooks: { streamWrite: maskLine },
    },
    destination,
  );
}

// Only what is listed: an error of a driver carries its configuration, and a failed query its values.
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

// Loaded only for people: machines should not wait for it.
async function prettyStream(): Promise<DestinationStream> {
  const { build } = await import('pino-pretty');
  return build({
    colorize: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    destination: 1,
    sync: true,
    messageKey: 'msg',
    errorLikeObjectKeys: ['err'],
    ignore: 'pid,hostname,role,node,version',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
}
