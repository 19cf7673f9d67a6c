import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../tables.ts';

/** Which rows of the journal a process takes. */
export interface ClaimOptions {
  /** At most so many. */
  readonly most: number;
  /** Rows that it leaves alone. */
  readonly except: readonly number[];
}

/** More candidates than all processes together hold at a time. */
const CANDIDATES = 5000;

/**
 * Takes stored uploads that nobody has read yet and no other process has taken, oldest first, until the transaction ends. That is a lock
 * beside the rows and not on them: they are changed by other connections meanwhile. It is there to share the work and not for correctness
 * (design rule 4).
 */
export async function claimUnparsed(transaction: Transaction<Database>, options: ClaimOptions): Promise<number[]> {
  return claim(
    transaction,
    'parse',
    sql`
      select id from uploads
      where state = 'stored' and kind = 'coverage' and raw_key is not null and id <> all(${[...options.except]}::bigint[])
      order by stored_at limit ${CANDIDATES}
    `,
    options.most,
  );
}

/** Takes commits whose report is older than their parts, as {@link claimUnparsed} does. */
export async function claimUnmerged(transaction: Transaction<Database>, options: ClaimOptions): Promise<number[]> {
  return claim(
    transaction,
    'merge',
    sql`
      select id from commits
      where wanted_generation > merged_generation and id <> all(${[...options.except]}::bigint[])
      order by id limit ${CANDIDATES}
    `,
    options.most,
  );
}

/** The candidates have a limit of their own, so that no more of them are locked than are returned. */
async function claim(
  transaction: Kysely<Database>,
  step: 'parse' | 'merge',
  candidates: ReturnType<typeof sql>,
  most: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from (${candidates}) candidate
    where pg_try_advisory_xact_lock(hashtextextended(${`thatch ${step} `} || id, 0))
    limit ${most}
  `.execute(transaction);
  return rows.map(({ id }) => id);
}
