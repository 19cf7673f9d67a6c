import type { Command } from 'commander';
import type { LoadedConfig } from '@thatch/server/config/load-config.ts';
import type { DefineCommand } from '../command.ts';

/** `thatch config check|show` (install-config §3). Both read files and environment and touch nothing else. */
export const configCommand: DefineCommand = (command) => {
  addSources(
    command
      .command('check')
      .summary('say what is wrong with the configuration')
      .description(
        'Reads the configuration as a start would, and lists every problem and notice. Ends with 78 when a start would be refused.',
      ),
  ).action(check);
  addSources(
    command
      .command('show')
      .summary('print what is configured')
      .description('Prints what is configured, a key a line, secrets masked.')
      .option('--origin', 'with the place of each value, and the keys that are at their default'),
  ).action(show);
};

interface SourceFlags {
  readonly config?: string;
  readonly set?: readonly string[];
}

/** sysexits.h EX_CONFIG (install-config §3). */
const EXIT_CONFIGURATION = 78;

function addSources(command: Command): Command {
  return command
    .option('--config <path>', 'codecov.yml of the installation (default: CODECOV_YML, else /config/codecov.yml)')
    .option('--set <key=value>', 'one setting of that file; may be repeated', collect);
}

async function check(flags: SourceFlags): Promise<void> {
  const loaded = await load(flags);
  if (loaded === null) return;
  const { formatNotice } = await import('@thatch/server/config/problem.ts');
  for (const notice of loaded.notices) process.stdout.write(`${formatNotice(notice)}\n`);
  process.stdout.write('The configuration is good.\n');
}

async function show({ origin, ...flags }: SourceFlags & { readonly origin?: true }): Promise<void> {
  const loaded = await load(flags);
  if (loaded === null) return;
  const { showConfig } = await import('@thatch/server/config/show.ts');
  process.stdout.write(showConfig(loaded, origin === true));
}

/** Null when it was refused: told on standard error, and the exit status. */
async function load({ config, set }: SourceFlags): Promise<LoadedConfig | null> {
  const { loadConfig } = await import('@thatch/server/config/load-config.ts');
  const loaded = await loadConfig({ path: config, environment: process.env, overrides: set ?? [], role: 'serve' });
  if (loaded.kind === 'ok') return loaded;
  const { formatProblems } = await import('@thatch/server/config/problem.ts');
  process.stderr.write(formatProblems(loaded.problems));
  process.exitCode = EXIT_CONFIGURATION;
  return null;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
