import type { Environment } from './environment.ts';

/** A place to write text to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the command says while it works (to the error output) and at its end (to the standard output). */
export interface Terminal {
  /** A step that is done. Silent with `--quiet`. */
  step(text: string): void;
  /** Something the reader should know, though the work goes on. */
  notice(text: string): void;
  /** Why the work ends, and what to do about it. */
  error(text: string, fix?: string | null): void;
  /** The current state, on a line that the next output replaces; not shown where lines cannot be replaced. */
  progress(text: string): void;
  /** The result, to standard output. */
  result(text: string): void;
  readonly paint: Paint;
}

/** Colours, or the text as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
}

export interface TerminalOptions {
  readonly standard: Output;
  readonly error: Output;
  readonly environment: Environment;
  readonly isQuiet: boolean;
  /** Never shown, wherever they come from. */
  readonly secrets: readonly (string | null)[];
}

/** Writes plain text; colours and a moving line only for people (a terminal, and no NO_COLOR). */
export function openTerminal(options: TerminalOptions): Terminal {
  const isMoving = options.error.isTTY === true && options.environment['TERM'] !== 'dumb';
  const errorPaint = paintFor(options.error, options.environment);
  const hide = hider(options.secrets);
  let hasProgress = false;
  const say = (text: string): void => {
    if (hasProgress) options.error.write('\r\u001b[K');
    hasProgress = false;
    options.error.write(`${hide(text)}\n`);
  };
  return {
    step: (text) => {
      if (!options.isQuiet) say(`${errorPaint.green('✓')} ${text}`);
    },
    notice: (text) => say(`${errorPaint.yellow('!')} ${text}`),
    error: (text, fix) => say(`${errorPaint.red('✗')} ${text}${fix == null ? '' : `\n  ${errorPaint.dim(fix)}`}`),
    progress: (text) => {
      if (!isMoving || options.isQuiet) return;
      const line = hide(text).slice(0, Math.max(20, (options.error.columns ?? 80) - 3));
      options.error.write(`\r\u001b[K${errorPaint.dim(`… ${line}`)}`);
      hasProgress = true;
    },
    result: (text) => {
      if (hasProgress) options.error.write('\r\u001b[K');
      hasProgress = false;
      options.standard.write(hide(text));
    },
    paint: paintFor(options.standard, options.environment),
  };
}

function paintFor(output: Output, environment: Environment): Paint {
  const isPainted = output.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  const colour = (start: number, end: number) => (text: string) =>
    isPainted ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return {
    bold: colour(1, 22),
    dim: colour(2, 22),
    green: colour(32, 39),
    yellow: colour(33, 39),
    red: colour(31, 39),
  };
}

/** Shorter ones are part of ordinary words: hiding them would show them by the holes. */
const SHORTEST_SECRET = 4;

/** Replaces every form in which a secret may turn up: as it is, in a URL, in a JSON text, as HTTP's Basic. */
function hider(secrets: readonly (string | null)[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => {
    if (secret === null || secret.length < SHORTEST_SECRET) return [];
    const basic = [`${secret}:`, `:${secret}`, secret].map((text) => Buffer.from(text).toString('base64'));
    return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...basic];
  });
  forms.sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((hidden, form) => hidden.replaceAll(form, '****'), text);
}

/**
 * Text from outside (a server, a file name, git) as one harmless line: no control characters, which could move the cursor,
 * recolour the terminal or forge lines of a CI's log.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** Bytes for people: `812 B`, `47.1 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Whole numbers with a comma between thousands; `1 file`, `2,140 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
