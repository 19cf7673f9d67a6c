import { describePlan } from './dry-run.ts';
import { firstOf, type Environment } from './environment.ts';
import { describeError, type Network } from './http.ts';
import type { UploadOptions } from './options.ts';
import { prepare, type Place } from './prepare.ts';
import { EXIT } from './result.ts';
import { UploadSession } from './session.ts';
import { openTerminal, printable, type Output, type Terminal } from './terminal.ts';

/** What the command runs in; tests make their own. */
export interface Surroundings extends Place {
  readonly standard: Output;
  readonly error: Output;
  readonly network: Pick<Network, 'fetch' | 'pause'>;
}

/**
 * `thatch upload`: finds reports, learns from CI and git what they belong to, sends all of it, and (with `--wait`) tells the result.
 * Resolves to the exit code of notifications §7.5; everything expected is said on the terminal, nothing is thrown.
 */
export async function runUpload(options: UploadOptions, surroundings: Surroundings): Promise<number> {
  const token = options.token ?? firstOf(surroundings.environment, 'THATCH_TOKEN', 'CODECOV_TOKEN');
  const terminal = openTerminal({ ...surroundings, isQuiet: options.isQuiet || options.isJson, secrets: [token] });
  try {
    return await prepareAndSend(options, surroundings, token, terminal);
  } catch (error) {
    // Node would end with 1, which says that a verdict failed.
    terminal.error(`thatch itself is at fault: ${printable(describeError(error))}`, 'Please report this.');
    return EXIT.error;
  }
}

async function prepareAndSend(
  options: UploadOptions,
  surroundings: Surroundings,
  token: string | null,
  terminal: Terminal,
): Promise<number> {
  const { environment } = surroundings;
  const telling = options.environmentNames.find((name) => token !== null && environment[name] === token);
  if (telling !== undefined) {
    terminal.error(`--env ${telling} would show the token on pages`, 'Leave it out.');
    return EXIT.error;
  }
  const address = readAddress(options, environment);
  if (address.kind === 'wrong' && !(options.isDryRun && address.isMissing)) {
    terminal.error(address.message, address.fix);
    return EXIT.error;
  }
  const prepared = await prepare(options, surroundings, terminal);
  if (prepared.kind === 'failed') return EXIT.error;
  if (options.isDryRun || address.kind === 'wrong') {
    terminal.result(describePlan(prepared, address.kind === 'wrong' ? null : address.url, options));
    return EXIT.good;
  }
  const network: Network = {
    ...surroundings.network,
    onRetry: (reason, pause) => terminal.notice(`${printable(reason)}: trying again in ${pause / 1000} s`),
  };
  return new UploadSession({ network, address: address.url, token }, prepared, options, environment, terminal).run();
}

type Address =
  | { readonly kind: 'address'; readonly url: URL }
  | { readonly kind: 'wrong'; readonly isMissing: boolean; readonly message: string; readonly fix: string };

function readAddress(options: UploadOptions, environment: Environment): Address {
  const text = options.url ?? firstOf(environment, 'THATCH_URL', 'CODECOV_URL');
  const fix = 'Use --url ADDRESS or THATCH_URL, for example --url https://thatch.example';
  if (text === null) return { kind: 'wrong', isMissing: true, message: 'the address of the server is missing', fix };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { kind: 'wrong', isMissing: false, message: `"${printable(text)}" is no web address`, fix };
  }
  if (url.username !== '' || url.password !== '') {
    const hint = 'Give the token by --token or THATCH_TOKEN.';
    return {
      kind: 'wrong',
      isMissing: false,
      message: 'the address of the server may hold no user or password',
      fix: hint,
    };
  }
  url.search = '';
  url.hash = '';
  return { kind: 'address', url };
}
