import type { App } from '../../app.ts';
import { readSetting } from '../../database/queries/settings.ts';
import { broken, fine, type Finding } from '../../doctor/finding.ts';
import { checkDisk, checkFolder } from '../../doctor/folder.ts';
import { checkPublicAddress } from '../../doctor/network.ts';
import { checkDatabase, checkObjects } from '../../doctor/rooms.ts';
import { PARSE } from '../../pipeline/kinds.ts';
import type { ProbeName } from './contract/administration.ts';

/** Looks at one thing of a running server. A check that fails by itself is a finding too. */
type Probe = (app: App) => Promise<Finding>;

/** The checks of `thatch doctor`, of the server that answers. */
export const PROBES: Readonly<Record<ProbeName, Probe>> = {
  folder: probe('data folder', ({ dataFolder }) => checkFolder(dataFolder.path)),
  disk: probe('disk', ({ dataFolder }) => checkDisk(dataFolder.path)),
  database: probe('Postgres', async (app) => (await checkDatabase(installationOf(app)))[0]),
  clock: probe('clock', async (app) => (await checkDatabase(installationOf(app)))[1]),
  objects: probe('objects', (app) => checkObjects(installationOf(app))),
  queues: probe('queues', async ({ jobs, config }) => {
    const where = config.services.redisUrl === null ? 'Postgres' : 'Redis';
    if ((await jobs.counts(PARSE)) !== null) return fine('queues', `the queues in ${where} answer`);
    return broken('queues', `the queues in ${where} do not answer`, `Look at ${where}; nothing is lost meanwhile.`);
  }),
  address: probe('public address', async ({ config, database }) =>
    checkPublicAddress(config.setup.codecovUrl ?? (await readSetting(database.kysely, 'address'))),
  ),
};

/** The check of a name; null when there is none. */
export function probeNamed(name: string): ProbeName | null {
  return Object.hasOwn(PROBES, name) ? (name as ProbeName) : null;
}

function probe(check: string, look: Probe): Probe {
  return async (app) => {
    try {
      return await look(app);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return broken(check, `the check failed: ${reason}`, 'Look at the log of the server.');
    }
  };
}

function installationOf(app: App) {
  return { database: app.database.kysely, secrets: app.tokenSecrets, objects: app.objects };
}
