import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { RepositoryName } from '@thatch/server/names.ts';
import { formatRepository, parseRepositoryName } from '@thatch/server/names.ts';
import type { InstallationFlags } from '../administration.ts';
import { addInstallationOptions, tell, workOn } from '../administration.ts';
import type { DefineCommand } from '../command.ts';

/** `thatch repo set|delete`. */
export const repoCommand: DefineCommand = (command) => {
  defineSet(command.command('set'));
  defineDelete(command.command('delete'));
};

interface SetFlags extends InstallationFlags {
  readonly public?: true;
  readonly private?: true;
  readonly defaultBranch?: string;
}

function defineSet(command: Command): void {
  addInstallationOptions(
    command
      .summary('change a repository')
      .description(
        'Changes what is given. A repository that is not known yet comes into being, private unless said otherwise.',
      )
      .argument('<service/owner/name>', 'the repository, like gh/acme/web')
      .addOption(new Option('--public', 'everybody may read it').conflicts('private'))
      .option('--private', 'only those with a role may read it')
      .option('--default-branch <branch>', 'its main line; "" to find it out from the uploads again'),
  ).action(set);
}

async function set(text: string, flags: SetFlags, command: Command): Promise<void> {
  const name = readName(text, command);
  const isPrivate = readVisibility(flags);
  if (isPrivate === undefined && flags.defaultBranch === undefined) {
    return command.error('thatch: say what to change: --public, --private or --default-branch');
  }
  const defaultBranch = flags.defaultBranch === '' ? null : flags.defaultBranch;
  const done = await workOn(flags, async (installation) => {
    const { setRepository } = await import('@thatch/server/administration/repositories.ts');
    return { kind: 'ok', value: await setRepository(installation, name, { isPrivate, defaultBranch }) };
  });
  if (done !== null) tell(`${done.value.isNew ? 'Made' : 'Changed'} ${formatRepository(name)}.`);
}

function readVisibility(flags: SetFlags): boolean | undefined {
  if (flags.public === true) return false;
  return flags.private === true ? true : undefined;
}

interface DeleteFlags extends InstallationFlags {
  readonly yes?: true;
}

function defineDelete(command: Command): void {
  addInstallationOptions(
    command
      .summary('delete a repository with all its data')
      .description('Deletes a repository with its commits, uploads, reports and tokens. At a terminal it asks first.')
      .argument('<service/owner/name>', 'the repository, like gh/acme/web')
      .option('--yes', 'do not ask'),
  ).action(remove);
}

async function remove(text: string, flags: DeleteFlags, command: Command): Promise<void> {
  const name = readName(text, command);
  if (flags.yes !== true && process.stdin.isTTY && !(await confirm(formatRepository(name)))) {
    return command.error('thatch: nothing was deleted');
  }
  const done = await workOn(
    flags,
    async (installation) => {
      const { removeRepository } = await import('@thatch/server/administration/repositories.ts');
      return removeRepository(installation, name);
    },
    { mustExist: true },
  );
  if (done !== null) tell(`Deleted ${formatRepository(name)}.`);
}

async function confirm(name: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`This deletes all coverage of ${name}. Type its name to go on: `);
  terminal.close();
  return answer.trim() === name;
}

function readName(text: string, command: Command): RepositoryName {
  return (
    parseRepositoryName(text) ?? command.error('thatch: a repository is named SERVICE/OWNER/NAME, like gh/acme/web')
  );
}
