import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { CommandEntry } from './command.ts';

/**
 * Every command, one file each. A module is loaded only when its command runs: the start of the server and of an upload must
 * not pay for the others. A new command is a new file and a new line.
 */
const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the whole of Thatch in one process',
    load: async () => (await import('./commands/serve.ts')).serveCommand,
  },
  {
    name: 'upload',
    summary: 'find coverage reports and send them to a server',
    load: async () => (await import('./commands/upload.ts')).uploadCommand,
  },
  {
    name: 'token',
    summary: 'make, list and revoke tokens',
    load: async () => (await import('./commands/token.ts')).tokenCommand,
  },
  {
    name: 'user',
    summary: 'make accounts',
    load: async () => (await import('./commands/user.ts')).userCommand,
  },
  {
    name: 'admin',
    summary: 'make administrators',
    load: async () => (await import('./commands/admin.ts')).adminCommand,
  },
  {
    name: 'repo',
    summary: 'change and delete repositories',
    load: async () => (await import('./commands/repo.ts')).repoCommand,
  },
  {
    name: 'owner',
    summary: 'change owners of repositories',
    load: async () => (await import('./commands/owner.ts')).ownerCommand,
  },
  {
    name: 'report',
    summary: 'read a coverage report as the server would',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'doctor',
    summary: 'check an installation and say how to mend it',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'config',
    summary: 'check and show the configuration of an installation',
    load: async () => (await import('./commands/config.ts')).configCommand,
  },
  {
    name: 'demo',
    summary: 'show the whole way of a report with a small repository',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
];

const program = new Command('thatch')
  .description('Self-hosted code coverage that speaks the wire formats of Codecov')
  .version(manifest.version)
  .helpCommand('help [command]', 'show the help of a command')
  .showHelpAfterError('(thatch --help lists commands and options)');

const [, , first, second] = process.argv;
const wanted = first === 'help' ? second : first;
for (const entry of COMMANDS) {
  const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
  if (entry.name === wanted) (await entry.load())(command);
}
await program.parseAsync(process.argv);
