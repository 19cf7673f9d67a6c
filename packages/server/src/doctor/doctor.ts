import { holdsInstallation, withDatabase } from '../admin.ts';
import type { Config } from '../config/config.ts';
import { ok } from '../outcome.ts';
import { broken, type Finding } from './finding.ts';
import { checkDisk, checkFolder } from './folder.ts';
import { checkPort, checkPublicAddress } from './network.ts';
import { checkForFirstStart } from './first-start.ts';
import { checkDatabase, checkObjects } from './rooms.ts';

export type { Finding } from './finding.ts';

/** What is examined. */
export interface Patient {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  readonly config: Config;
}

/**
 * Checks an installation, whether its server runs or not: port, folder, disk, Postgres, clock, objects, public address. Every check is made
 * however the others ended, except that database and objects need a usable folder. Leaves the disk as it was: before the first start it
 * only sees whether that could succeed.
 */
export async function examine({ dataDir, config }: Patient): Promise<Finding[]> {
  const { listen, setup, services } = config;
  const folder = await checkFolder(dataDir);
  const findings = [await checkPort(listen.host, listen.port), folder, await checkDisk(dataDir)];
  if (folder.state !== 'failed') {
    const isStarted = holdsInstallation(dataDir);
    findings.push(...(await (isStarted ? checkRooms(dataDir, services.databaseUrl) : checkForFirstStart(services))));
  }
  findings.push(await checkPublicAddress(setup.codecovUrl));
  return findings;
}

async function checkRooms(dataDir: string, databaseUrl: string | null): Promise<Finding[]> {
  try {
    const rooms = await withDatabase({ dataDir, databaseUrl: databaseUrl ?? undefined }, async (installation) =>
      ok([...(await checkDatabase(installation)), await checkObjects(installation)]),
    );
    if (rooms.kind === 'ok') return rooms.value;
    return [broken('Postgres', rooms.refusal.sentence, rooms.refusal.fix)];
  } catch (error) {
    return [
      broken(
        'Postgres',
        error instanceof Error ? error.message : String(error),
        'Look at the log of Postgres in the data folder.',
      ),
    ];
  }
}
