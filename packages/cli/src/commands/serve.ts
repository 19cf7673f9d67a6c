import type { Command } from 'commander';
import { Option } from 'commander';
import type { UploaderBundle } from '../bundle.ts';
import { readPort } from '../port.ts';

interface ServeFlags {
  readonly dataDir?: string;
  readonly port?: number;
  readonly host?: string;
  readonly logFormat?: 'json' | 'pretty';
  readonly config?: string;
  readonly set?: readonly string[];
}

/** sysexits.h EX_CONFIG (install-config §3). */
const EXIT_CONFIGURATION = 78;

/** `thatch serve`: everything in one process, the database included. */
export function serveCommand(command: Command): void {
  command
    .description(
      'Runs the whole of Thatch in one process: web, workers, and its own database, with all data in one folder.',
    )
    .option('--data-dir <folder>', 'where everything is kept (also THATCH_DATA_DIR; default: data in the clone)')
    .option('--port <number>', 'port to listen on (default: 8080)', readPort)
    .option('--host <address>', 'address to listen on (default: all)')
    .option('--config <path>', 'codecov.yml of the installation (default: CODECOV_YML, else /config/codecov.yml)')
    .option('--set <key=value>', 'one setting of that file, such as setup.max_sessions=5; may be repeated', collect)
    .addOption(
      new Option('--log-format <format>', 'lines for people or for machines (default: pretty on a terminal)').choices([
        'pretty',
        'json',
      ]),
    )
    .action(run);
}

async function run(flags: ServeFlags): Promise<void> {
  const [{ loadOwnHouse, serve }, { serveOptions }, { loadConfig }, { locateDataFolder }] = await Promise.all([
    import('@thatch/server/main.ts'),
    import('@thatch/server/serve-settings.ts'),
    import('@thatch/server/config/load-config.ts'),
    import('@thatch/server/datadir/location.ts'),
  ]);
  const loaded = await loadConfig({
    path: flags.config,
    environment: process.env,
    overrides: flags.set ?? [],
    role: 'serve',
  });
  if (loaded.kind === 'refused') {
    const { formatProblems, formatProblemsAsJson } = await import('@thatch/server/config/problem.ts');
    const format = flags.logFormat === 'json' ? formatProblemsAsJson : formatProblems;
    process.stderr.write(format(loaded.problems));
    process.exit(EXIT_CONFIGURATION);
  }
  const { config, notices } = loaded;
  const dataDir = locateDataFolder(flags.dataDir ?? process.env['THATCH_DATA_DIR'] ?? config.dataDir ?? undefined);
  process.exit(await serve(serveOptions(config, dataDir, flags, notices), () => loadOwnHouse(bundle)));
}

// The bundler is loaded when somebody asks for the file.
async function bundle(): Promise<UploaderBundle> {
  const { bundleUploader } = await import('../bundle.ts');
  return bundleUploader();
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
