import type { Command } from 'commander';
import type { GrantOrder } from '@thatch/server/administration/accounts.ts';
import type { InstallationFlags } from '../administration.ts';
import { addInstallationOptions, tell, workOn } from '../administration.ts';
import type { DefineCommand } from '../command.ts';
import { readPassword } from '../password.ts';

interface CreateFlags extends InstallationFlags {
  readonly grant?: readonly string[];
  readonly passwordStdin?: true;
}

/** `thatch user create`. */
export const userCommand: DefineCommand = (command) => {
  addInstallationOptions(
    command
      .command('create')
      .summary('make an account')
      .description(
        'Makes an account. Without a password it can only be used through API tokens (thatch token create --api NAME).',
      )
      .argument('<name>', 'name of the account')
      .option(
        '--grant <service/owner[/repo]=role>',
        'role on all of an owner or on one repository: reader, member or admin; repeatable',
        (grant, before: readonly string[] | undefined) => [...(before ?? []), grant],
      )
      .option('--password-stdin', 'read a password from standard input'),
  ).action(create);
};

async function create(name: string, flags: CreateFlags, command: Command): Promise<void> {
  const { createAccount, parseGrant } = await import('@thatch/server/administration/accounts.ts');
  const grants = (flags.grant ?? []).map((text) => parseGrant(text) ?? refuseGrant(text, command));
  const password = flags.passwordStdin === true ? await passwordFromPipe(command) : null;
  const made = await workOn(flags, (installation) => createAccount(installation, { name, password, grants }));
  if (made !== null) tell(`Made the account ${made.value.name}.`);
}

async function passwordFromPipe(command: Command): Promise<string> {
  const answer = await readPassword(process.stdin);
  return answer.kind === 'password' ? answer.password : command.error(`thatch: ${answer.reason}`);
}

function refuseGrant(text: string, command: Command): GrantOrder {
  return command.error(
    `thatch: --grant ${JSON.stringify(text)} must be SERVICE/OWNER=ROLE or SERVICE/OWNER/REPO=ROLE, with the role reader, member ` +
      'or admin, like gh/acme=reader',
  );
}
