import type { Command } from 'commander';
import { Option } from 'commander';
import { readPort } from '../port.ts';

interface ServeFlags {
  readonly dataDir?: string;
  readonly port?: number;
  readonly host?: string;
  readonly logFormat?: 'json' | 'pretty';
}

/** `thatch serve`: everything in one process, the database included. */
export function serveCommand(command: Command): void {
  command
    .description(
      'Runs the whole of Thatch in one process: web, workers, and its own database, with all data in one folder.',
    )
    .option('--data-dir <folder>', 'where everything is kept (also THATCH_DATA_DIR; default: data in the clone)')
    .option('--port <number>', 'port to listen on (default: 8080)', readPort)
    .option('--host <address>', 'address to listen on (default: all)')
    .addOption(
      new Option('--log-format <format>', 'lines for people or for machines (default: pretty on a terminal)').choices([
        'pretty',
        'json',
      ]),
    )
    .action(run);
}

async function run(flags: ServeFlags): Promise<void> {
  const [{ serve }, { serveOptions }, { defaultConfig }, { locateDataFolder }] = await Promise.all([
    import('@thatch/server/main.ts'),
    import('@thatch/server/serve-settings.ts'),
    import('@thatch/server/config/config.ts'),
    import('@thatch/server/datadir/location.ts'),
  ]);
  const dataDir = locateDataFolder(flags.dataDir ?? process.env['THATCH_DATA_DIR']);
  process.exit(await serve(serveOptions(defaultConfig(), dataDir, flags)));
}
