import { describe, inject, test } from 'vitest';
import type { Ended } from './run.ts';
import { plainEnvironment, run } from './run.ts';

/** Runs the real codecov-cli in a folder against a server. */
export type RunCodecovCli = (
  words: readonly string[],
  options: { readonly folder: string; readonly url: string; readonly environment?: Readonly<Record<string, string>> },
) => Promise<Ended>;

/**
 * Groups tests that need codecov-cli. Where it cannot be had they are skipped and one test in their place says why; under CI that one
 * fails, as there it has to be.
 */
export function describeWithCodecovCli(name: string, define: (codecovCli: RunCodecovCli) => void): void {
  const tools = inject('pythonTools');
  if (tools.kind === 'ready') {
    const [program, ...first] = tools.codecovCli;
    describe(name, () =>
      define((words, { folder, url, environment = {} }) =>
        run(program, [...first, '-u', url, ...words], { folder, environment: plainEnvironment(environment) }),
      ),
    );
    return;
  }
  describe(name, () => {
    test('codecov-cli is installed', (context) => {
      if (process.env['CI'] === 'true') throw new Error(`Under CI codecov-cli must be there: ${tools.why}`);
      context.skip(tools.why);
    });
  });
}
