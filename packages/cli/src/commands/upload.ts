import { Option, type Command } from 'commander';
import type { DefineCommand } from '../command.ts';
import { collectOptions, spelling } from '../upload/arguments.ts';
import { UPLOAD_OPTIONS, checkOptions, type OptionRow, type RawOptions } from '../upload/options.ts';
import { EXIT } from '../upload/result.ts';
import { runUpload } from '../upload/run.ts';
import { processSurroundings } from '../upload/surroundings.ts';

/** `thatch upload`. */
export const uploadCommand: DefineCommand = (command) => {
  // Commander ends with 1 on a wrong option, which would say here that a verdict failed.
  command.exitOverride((end) => process.exit(end.exitCode === EXIT.good ? EXIT.good : EXIT.error));
  defineUpload(command, async (raw) => {
    const checked = checkOptions(raw);
    if (!checked.ok) command.error(`thatch: ${checked.message}`, { exitCode: EXIT.error });
    else process.exitCode = await runUpload(checked.options, processSurroundings());
  });
};

/** Gives a command the options of the table that the single-file uploader reads as well, and what to do with them. */
export function defineUpload(command: Command, act: (raw: RawOptions) => Promise<void>): void {
  command.argument('[FILE...]', 'reports; without any, they are looked for by their usual names');
  for (const row of UPLOAD_OPTIONS) command.addOption(commanderOption(row));
  command.addHelpText(
    'after',
    '\nEnds with 0 sent (with --wait: merged), 1 a verdict failed, 2 an error, 3 still waiting.',
  );
  command.action((files: readonly string[]) => act(collectOptions(byLongName(command.opts()), files)));
}

function commanderOption(row: OptionRow): Option {
  const option = new Option(spelling(row), row.help);
  if (row.kind === 'list')
    option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Commander's keys are in camel case, and `--no-x` is `x: false`. */
function byLongName(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    UPLOAD_OPTIONS.map((row) => {
      const option = new Option(spelling(row));
      const value = values[option.attributeName()];
      return [row.name, option.negate ? value === false : value];
    }),
  );
}
