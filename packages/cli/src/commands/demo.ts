import type { Command } from 'commander';
import type { DefineCommand } from '../command.ts';

interface DemoFlags {
  readonly url?: string;
  readonly token?: string;
  readonly repo: string;
  readonly exit?: true;
}

/** As a shell reports a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** `thatch demo`. */
export const demoCommand: DefineCommand = (command) => {
  command
    .description(
      'Makes a small git repository, runs its tests with real coverage tools, sends the reports with npm codecov and with thatch upload, and says what to look at. Starts a server of its own unless --url names one.',
    )
    .option('--url <address>', 'a Thatch that runs')
    .option('--token <token>', 'upload token for it (else THATCH_TOKEN)')
    .option('--repo <service/owner/name>', 'repository that receives the uploads', 'git/demo/shapes')
    .option('--exit', 'end when all is sent, do not leave the own server up')
    .action(run);
};

async function run(flags: DemoFlags, command: Command): Promise<void> {
  const server = readServer(flags, command);
  const { parseRepositoryName } = await import('@thatch/server/names.ts');
  if (parseRepositoryName(flags.repo) === null)
    command.error('thatch: --repo must be SERVICE/OWNER/NAME, like git/demo/shapes');
  const { runDemo } = await import('../demo/run-demo.ts');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const options = { server, repository: flags.repo, isToEnd: flags.exit === true };
  try {
    await runDemo(options, (text) => process.stdout.write(`${text}\n`), stop.signal);
  } catch (error) {
    if (stop.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
    else tellFailure(error);
  }
}

function readServer({ url, token }: DemoFlags, command: Command): { url: string; token: string } | null {
  if (url === undefined) return null;
  if (!URL.canParse(url)) command.error('thatch: --url must be an address like http://localhost:8080');
  const given = token ?? process.env['THATCH_TOKEN'];
  if (given === undefined) command.error('thatch: --url needs an upload token: --token or THATCH_TOKEN');
  return { url: url.replace(/\/+$/, ''), token: given };
}

function tellFailure(error: unknown): void {
  process.stderr.write(`thatch: the demo broke off. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
