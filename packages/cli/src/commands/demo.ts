import type { Command } from 'commander';
import type { DefineCommand } from '../command.ts';
import type { Fault } from '../demo/large/faults.ts';

interface DemoFlags {
  readonly url?: string;
  readonly token?: string;
  readonly repo?: string;
  readonly exit?: true;
  readonly large?: true;
  readonly fault?: string;
  readonly record?: string;
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
    .option(
      '--repo <service/owner/name>',
      'repository that receives the uploads (else git/demo/shapes; with --large git/demo/granary)',
    )
    .option('--exit', 'end when all is sent, do not leave the own server up')
    .option('--large', 'send half a year of a made-up repository with hundreds of files, and failing uploads, instead')
    .option('--fault <name>', 'with --large and an own server, break something too: lost-bytes')
    .option('--record <file>', 'with --large, write the uploads into a file and send nothing')
    .action(run);
};

async function run(flags: DemoFlags, command: Command): Promise<void> {
  const server = readServer(flags, command);
  const repository = flags.repo ?? (flags.large === true ? 'git/demo/granary' : 'git/demo/shapes');
  const { parseRepositoryName } = await import('@thatch/server/names.ts');
  if (parseRepositoryName(repository) === null)
    command.error('thatch: --repo must be SERVICE/OWNER/NAME, like git/demo/shapes');
  const fault = readFault(flags, command);
  if (flags.record !== undefined) return record(flags.record, repository);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const options = { server, repository, isToEnd: flags.exit === true };
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    if (flags.large === true) {
      const { runLargeDemo } = await import('../demo/large/run-large-demo.ts');
      await runLargeDemo({ ...options, fault }, say, stop.signal);
    } else {
      const { runDemo } = await import('../demo/run-demo.ts');
      await runDemo(options, say, stop.signal);
    }
  } catch (error) {
    if (stop.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
    else tellFailure(error);
  }
}

function readFault({ large, fault, url, record: file }: DemoFlags, command: Command): Fault | null {
  if (large !== true && (fault !== undefined || file !== undefined))
    command.error('thatch: --fault and --record are for the large demo: add --large');
  if (fault === undefined) return null;
  if (fault !== 'lost-bytes') command.error('thatch: --fault knows lost-bytes');
  if (url !== undefined) command.error('thatch: --fault breaks only a server of its own: leave out --url');
  return fault;
}

async function record(file: string, repository: string): Promise<void> {
  const [{ recordAll }, { demoUploads }] = await Promise.all([
    import('../demo/large/record.ts'),
    import('../demo/large/uploads.ts'),
  ]);
  const bytes = await recordAll(file, demoUploads(repository));
  process.stdout.write(`${file}: ${bytes} bytes\n`);
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
