import { connectDatabase } from '../database/connection.ts';
import { findBinaries, POSTGRES_MAJOR } from '../database/embedded/binaries.ts';
import { broken, fine, type Finding } from './finding.ts';
import { checkServer } from './rooms.ts';

/** Whether a first start would find its database: the embedded Postgres whole, or that of `services.database_url`. Makes nothing. */
export async function checkForFirstStart({ databaseUrl }: { readonly databaseUrl: string | null }): Promise<Finding[]> {
  return databaseUrl === null ? [checkBinaries()] : await checkAddress(databaseUrl);
}

function checkBinaries(): Finding {
  const found = findBinaries();
  if (found.kind === 'refused') return broken('Postgres', found.refusal.sentence, found.refusal.fix);
  return fine('Postgres', `the embedded Postgres ${POSTGRES_MAJOR} is whole; its database is made at the first start`);
}

async function checkAddress(url: string): Promise<Finding[]> {
  const connection = connectDatabase({ address: { kind: 'url', url }, poolMax: 1 });
  try {
    return await checkServer(connection.kysely);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [broken('Postgres', `services.database_url does not answer (${reason})`, 'Start it, or mend the address.')];
  } finally {
    await connection.close();
  }
}
