import type { Kysely } from 'kysely';
import { readSetting, saveSetting } from './database/queries/settings.ts';
import type { Database } from './database/tables.ts';

/** Another process may have been told of a change. */
const REFRESH_MS = 60_000;

/** Where people reach the installation as an operator said it in the first run (web-ui §3.1), at hand without a query. */
export class InstanceAddress {
  private readonly database: Kysely<Database>;
  private stated: string | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(database: Kysely<Database>) {
    this.database = database;
  }

  /** Reads it, now and every minute. */
  async start(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => {
      // One that cannot be read now stays as it was.
      this.refresh().catch(() => {});
    }, REFRESH_MS);
    this.timer.unref();
  }

  /** Without a final slash; null while nobody said it. */
  get current(): string | null {
    return this.stated;
  }

  async save(address: string): Promise<void> {
    await saveSetting(this.database, 'address', address);
    this.stated = address;
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async refresh(): Promise<void> {
    this.stated = await readSetting(this.database, 'address');
  }
}
