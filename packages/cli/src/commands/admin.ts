import type { Command } from 'commander';
import type { InstallationFlags } from '../administration.ts';
import { addInstallationOptions, tell, workOn } from '../administration.ts';
import type { DefineCommand } from '../command.ts';
import { askNewPassword, readPassword } from '../password.ts';

interface CreateFlags extends InstallationFlags {
  readonly passwordStdin?: true;
}

/** `thatch admin create`. */
export const adminCommand: DefineCommand = (command) => {
  addInstallationOptions(
    command
      .command('create')
      .summary('make an administrator')
      .description(
        'Makes an administrator of the installation, or gives an existing account that right and a new password.',
      )
      .argument('<name>', 'name of the account')
      .option('--password-stdin', 'read the password from standard input instead of asking'),
  ).action(create);
};

async function create(name: string, flags: CreateFlags, command: Command): Promise<void> {
  const answer =
    flags.passwordStdin === true
      ? await readPassword(process.stdin)
      : await askNewPassword(process.stdin, process.stderr);
  if (answer.kind === 'none') return command.error(`thatch: ${answer.reason}`);
  const { createAdministrator } = await import('@thatch/server/administration/accounts.ts');
  const made = await workOn(flags, (installation) =>
    createAdministrator(installation, { name, password: answer.password }),
  );
  if (made !== null)
    tell(
      made.value === 'made' ? `Made the administrator ${name}.` : `${name} is an administrator, with the new password.`,
    );
}
