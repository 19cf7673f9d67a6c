import type { Command } from 'commander';
import type { Installation } from '@thatch/server/admin.ts';
import type { Outcome } from '@thatch/server/outcome.ts';

/** What every command on an installation takes. */
export interface InstallationFlags {
  readonly dataDir?: string;
}

/** Adds the options that say which installation a command works on. */
export function addInstallationOptions(command: Command): Command {
  return command.option(
    '--data-dir <folder>',
    'data folder of the installation (also THATCH_DATA_DIR; default: data in the clone)',
  );
}

/**
 * Works on the installation that the flags name, whether its server runs or not. What is refused goes to standard error and
 * becomes the exit status. What only looks at or takes away from an installation says that one `mustExist`.
 *
 * @returns what the work gave, or null when it was refused.
 */
export async function workOn<T>(
  flags: InstallationFlags,
  work: (installation: Installation) => Promise<Outcome<T>>,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<{ readonly value: T } | null> {
  const [{ withDatabase }, { locateDataFolder }] = await Promise.all([
    import('@thatch/server/admin.ts'),
    import('@thatch/server/datadir/location.ts'),
  ]);
  const dataDir = locateDataFolder(flags.dataDir ?? process.env['THATCH_DATA_DIR']);
  const outcome = await withDatabase({ dataDir, mustExist }, work);
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
