import type { Outcome } from './outcome.ts';
import { ok } from './outcome.ts';
import type { DatabaseConnection } from './database/connection.ts';
import type { DataFolder } from './datadir/data-folder.ts';
import type { ServerStatus } from './http/status.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './observability/log.ts';
import type { ServeSettings } from './serve-settings.ts';

/** What is there when the rooms are furnished: an open data folder, a migrated database, a socket whose requests still wait. */
export interface Foundation {
  readonly settings: ServeSettings;
  readonly log: Log;
  /** A part that starts something registers here how it stops. */
  readonly lifecycle: Lifecycle;
  readonly status: ServerStatus;
  readonly dataFolder: DataFolder;
  readonly database: DatabaseConnection;
}

/** What routes and workers are given. One object, made in one place, passed on as an argument. */
export type App = Foundation;

/** Furnishes the rooms. */
export async function createApp(foundation: Foundation): Promise<Outcome<App>> {
  return ok(foundation);
}
