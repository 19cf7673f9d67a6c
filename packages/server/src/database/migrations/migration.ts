import type { Kysely } from 'kysely';

/** One forward step of the schema. Steps are never changed after a release; a mistake is mended by the next one. */
export interface Migration {
  /** `0001_initial`: four digits give the order. */
  readonly name: string;
  /** Runs inside a transaction. Expand only: the version before must be able to run with the result (deployment §0 D7). */
  up(database: Kysely<unknown>): Promise<void>;
}
