import type { DefineCommand } from '../command.ts';
import { addLocationOptions, type InstallationFlags, locateInstallation } from '../administration.ts';
import { readPort } from '../port.ts';

/** `thatch doctor`. */
export const doctorCommand: DefineCommand = (command) => {
  addLocationOptions(
    command
      .description(
        'Checks port, data folder, disk, Postgres, clock, objects and public address, and says how to mend what is wrong. Works while the server runs and while it does not, and before the first start. Ends with 1 when something is broken.',
      )
      .option('--port <number>', 'port that the server listens on (default: of the configuration, else 8080)', readPort)
      .option('--json', 'the findings as JSON'),
  ).action(run);
};

interface DoctorFlags extends InstallationFlags {
  readonly port?: number;
  readonly json?: true;
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const;

async function run(flags: DoctorFlags): Promise<void> {
  const located = await locateInstallation(flags);
  if (located === null) return;
  const { dataDir, config } = located;
  const { examine } = await import('@thatch/server/doctor/doctor.ts');
  const listen = { ...config.listen, port: flags.port ?? config.listen.port };
  const findings = await examine({ dataDir, config: { ...config, listen } });
  if (flags.json === true) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const { state, check, seen, fix } of findings) process.stdout.write(line(MARKS[state], check, seen, fix));
  if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1;
}

function line(mark: string, check: string, seen: string, fix: string): string {
  return `${mark} ${check.padEnd(14)} ${seen}\n${fix === '' ? '' : `  ${' '.repeat(14)} → ${fix}\n`}`;
}
