import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UPLOAD_OPTIONS, type OptionRow, type RawOptions } from './options.ts';

export type ArgumentsResult =
  | { readonly kind: 'options'; readonly raw: RawOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the words after `upload`, for the single file that has no command library with it. */
export function readArguments(words: readonly string[]): ArgumentsResult {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const row of UPLOAD_OPTIONS) {
    options[row.name] = { type: row.kind === 'switch' ? 'boolean' : 'string', multiple: row.kind === 'list' };
  }
  try {
    const { values, positionals } = parseArgs({
      args: withOptionalValues(words),
      options,
      allowPositionals: true,
      strict: true,
    });
    if (values['help'] === true) return { kind: 'help' };
    return { kind: 'options', raw: collectOptions(values, positionals) };
  } catch (error) {
    // The message of parseArgs names the option; its second sentence explains positional arguments.
    return { kind: 'wrong', message: error instanceof Error ? error.message.split('. ')[0] : String(error) };
  }
}

/** Sorts what a parser gave by the kinds of the table. Values by the option's long name. */
export function collectOptions(given: Readonly<Record<string, unknown>>, words: readonly string[]): RawOptions {
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const switches = new Set<string>();
  for (const row of UPLOAD_OPTIONS) {
    const value = given[row.name];
    if (row.kind === 'switch') {
      if (value === true) switches.add(row.name);
    } else if (row.kind === 'list') {
      if (Array.isArray(value)) lists.set(row.name, value.map(String));
    } else if (value === true && row.kind === 'optional-value') {
      values.set(row.name, row.otherwise);
    } else if (typeof value === 'string') {
      values.set(row.name, value);
    }
  }
  return { values, lists, switches, words };
}

/** `parseArgs` knows no optional values: puts the default behind an option that stands alone. */
function withOptionalValues(words: readonly string[]): string[] {
  const optional = new Map(
    UPLOAD_OPTIONS.filter((row) => row.kind === 'optional-value').map((row) => [`--${row.name}`, row]),
  );
  return words.flatMap((word, index) => {
    const row = optional.get(word);
    const next = words[index + 1];
    const hasValue = next !== undefined && !next.startsWith('-');
    return row === undefined || hasValue ? [word] : [`${word}=${row.otherwise}`];
  });
}

/** How an option is written: `--wait [SECONDS]`. */
export function spelling(row: OptionRow): string {
  if (row.kind === 'switch') return `--${row.name}`;
  return row.kind === 'optional-value' ? `--${row.name} [${row.value}]` : `--${row.name} <${row.value}>`;
}

/** The text of `--help`. */
export function helpText(program: string): string {
  const rows = UPLOAD_OPTIONS.map((row) => [spelling(row), row.help]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return [
    `Usage: ${program} [options] [FILE...]`,
    '',
    'Sends coverage reports, and what git knows about the commit, to a Thatch server.',
    'Without FILE it looks for reports by their usual names.',
    '',
    'Options:',
    ...lines,
    `  ${'-h, --help'.padEnd(width)}  this text`,
    '',
    'Ends with 0 sent (with --wait: merged), 1 a verdict failed, 2 an error, 3 still waiting.',
    '',
  ].join('\n');
}
