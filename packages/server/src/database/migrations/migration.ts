import type { Kysely, Transaction } from 'kysely';

/**
 * One step of the schema, forward only. It must leave the release before this one able to run (expand, then contract a release
 * later: deployment D7).
 */
export type Migration = TransactionalMigration | OnlineMigration;

/** The usual step: runs in one transaction, together with the note that it ran. */
export interface TransactionalMigration {
  /** `NNNN_what_it_does`; the numbers of the list rise by one. */
  readonly name: string;
  readonly online?: false;
  readonly up: (database: Transaction<unknown>) => Promise<void>;
}

/**
 * A step that must not hold locks: an index built concurrently, a backfill in batches. It runs outside any transaction and may run
 * again after a crash, so it is written to be repeated.
 */
export interface OnlineMigration {
  readonly name: string;
  readonly online: true;
  readonly up: (database: Kysely<unknown>) => Promise<void>;
}
