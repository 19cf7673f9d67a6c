/**
 * The uploader as one file, `/cli/thatch.mjs` (decision 17 of the first release): built by `bundle.ts`, run by Node 20 or later with
 * nothing installed beside it.
 */
import manifest from '../../package.json' with { type: 'json' };
import { helpText, readArguments } from './arguments.ts';
import { checkOptions } from './options.ts';
import { EXIT } from './result.ts';
import { runUpload } from './run.ts';
import { processSurroundings } from './surroundings.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === '--version' || command === '-V') return print(`${manifest.version}\n`);
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return print(helpText('thatch upload'));
  if (command !== 'upload') return refuse(`this file knows the command "upload" only, not "${command}"`);
  const given = readArguments(rest);
  if (given.kind === 'help') return print(helpText('thatch upload'));
  if (given.kind === 'wrong') return refuse(given.message);
  const checked = checkOptions(given.raw);
  return checked.ok ? runUpload(checked.options, processSurroundings()) : refuse(checked.message);
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.good;
}

function refuse(message: string): number {
  process.stderr.write(`thatch: ${message}\n  thatch upload --help lists the options\n`);
  return EXIT.error;
}
