import { POSTGRES_MAJOR } from './database/embedded/binaries.ts';
import { MIGRATIONS } from './database/migrations/index.ts';
import type { FolderFormat } from './datadir/format.ts';
import { PROGRAM_VERSION } from './version.ts';

/** What this program writes into a data folder. */
export const PROGRAM_FORMAT: FolderFormat = {
  program: PROGRAM_VERSION,
  schema: MIGRATIONS.length,
  postgres: POSTGRES_MAJOR,
};
