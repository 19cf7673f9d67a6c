import type { Command } from 'commander';
import type { Installation } from '@thatch/server/admin.ts';
import type { Config } from '@thatch/server/config/config.ts';
import type { Outcome } from '@thatch/server/outcome.ts';

/** What every command on an installation takes. */
export interface InstallationFlags {
  readonly dataDir?: string;
  readonly config?: string;
}

/** Which installation a command works on, and how it is configured. */
export interface Located {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** Somebody named the folder, so that a slip may be in its name. */
  readonly isNamed: boolean;
  readonly config: Config;
}

/** Adds the options that say which installation a command works on, and what becomes of one that is not there. */
export function addInstallationOptions(command: Command): Command {
  return addLocationOptions(command).addHelpText('after', WHICH_FOLDER);
}

/** Adds the options that say where an installation is or will be. */
export function addLocationOptions(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'data folder of the installation (also THATCH_DATA_DIR; default: data in the clone)')
    .option('--config <path>', 'codecov.yml of the installation (default: CODECOV_YML, else /config/codecov.yml)');
}

const WHICH_FOLDER = `
A data folder that is named must hold an installation; "thatch serve --data-dir FOLDER" makes one. Only the default folder, data in the
clone, is also made by commands that add something, so that they work before the first start. With services.database_url in the
configuration or the environment the command works on that database, as the server does.`;

/**
 * Finds the installation that the flags, the environment or the configuration name. A configuration that is refused is told on standard
 * error and becomes the exit status; null then.
 */
export async function locateInstallation(flags: InstallationFlags): Promise<Located | null> {
  const [{ loadConfig }, { locateDataFolder }] = await Promise.all([
    import('@thatch/server/config/load-config.ts'),
    import('@thatch/server/datadir/location.ts'),
  ]);
  const loaded = await loadConfig({ path: flags.config, environment: process.env, role: 'serve' });
  if (loaded.kind === 'refused') {
    const { formatProblems } = await import('@thatch/server/config/problem.ts');
    process.stderr.write(formatProblems(loaded.problems));
    process.exitCode = EXIT_CONFIGURATION;
    return null;
  }
  const { config } = loaded;
  const named = [flags.dataDir, process.env['THATCH_DATA_DIR'], config.dataDir].find(
    (name) => name != null && name !== '',
  );
  return { dataDir: locateDataFolder(named ?? undefined), isNamed: named !== undefined, config };
}

/** sysexits.h EX_CONFIG (install-config §3). */
const EXIT_CONFIGURATION = 78;

/**
 * Works on the installation that the flags name, whether its server runs or not. What is refused goes to standard error and
 * becomes the exit status. What only looks at or takes away from an installation says that one `mustExist`; what adds to one makes the
 * default folder when it is missing, but none that somebody named.
 *
 * @returns what the work gave, or null when it was refused.
 */
export async function workOn<T>(
  flags: InstallationFlags,
  work: (installation: Installation) => Promise<Outcome<T>>,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<{ readonly value: T } | null> {
  const located = await locateInstallation(flags);
  if (located === null) return null;
  const { dataDir, isNamed, config } = located;
  const { withDatabase } = await import('@thatch/server/admin.ts');
  const databaseUrl = config.services.databaseUrl ?? undefined;
  const outcome = await withDatabase({ dataDir, databaseUrl, mustExist: mustExist || isNamed }, work);
  if (outcome.kind === 'ok') return { value: outcome.value };
  const { formatRefusal } = await import('@thatch/server/outcome.ts');
  process.stderr.write(formatRefusal(outcome.refusal));
  process.exitCode = outcome.refusal.exitStatus;
  return null;
}

/** A line for people, which must not disturb what a script reads from standard output. */
export function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
