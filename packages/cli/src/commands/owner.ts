import type { Command } from 'commander';
import { Option } from 'commander';
import { parseOwnerName } from '@thatch/server/names.ts';
import type { InstallationFlags } from '../administration.ts';
import { addInstallationOptions, tell, workOn } from '../administration.ts';
import type { DefineCommand } from '../command.ts';

interface SetFlags extends InstallationFlags {
  readonly tokenRequired: 'on' | 'off';
}

/** `thatch owner set`. */
export const ownerCommand: DefineCommand = (command) => {
  addInstallationOptions(
    command
      .command('set')
      .summary('change an owner')
      .description('Changes an owner of repositories, who comes into being when not known yet.')
      .argument('<service/owner>', 'the owner, like gh/acme')
      .addOption(
        new Option('--token-required <state>', 'whether uploads to its public repositories need a token')
          .choices(['on', 'off'])
          .makeOptionMandatory(),
      ),
  ).action(set);
};

async function set(text: string, flags: SetFlags, command: Command): Promise<void> {
  const owner = parseOwnerName(text) ?? command.error('thatch: an owner is named SERVICE/OWNER, like gh/acme');
  const isRequired = flags.tokenRequired === 'on';
  const done = await workOn(flags, async (installation) => {
    const { setOwnerTokenRequired } = await import('@thatch/server/administration/repositories.ts');
    return { kind: 'ok', value: await setOwnerTokenRequired(installation, owner, isRequired) };
  });
  if (done === null) return;
  tell(`Uploads to public repositories of ${text} ${isRequired ? 'need a token' : 'need no token'} from now on.`);
}
