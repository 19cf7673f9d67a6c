import type { App } from '../app.ts';
import { findUnmerged } from '../database/queries/commits.ts';
import { expireStarted, findUnparsed } from '../database/queries/uploads.ts';
import { PARSE } from './kinds.ts';
import { askForMerge } from './merge.ts';
import type { Sweeper } from './sweep.ts';

/** How often the journal is compared with the queues; also once at the start. */
export const RECONCILE_MS = 60_000;
/** Enough to keep every worker busy until the next look; the rest waits in the journal, where it is safe. */
const MOST_AT_ONCE = 5000;

/**
 * Offers every row that is not in a final state to the queues again: the database is the journal, a message is only a hint (design rule
 * 1). Handing over what is already queued changes nothing.
 */
export async function reconcile(app: App, sweeper: Pick<Sweeper, 'step'>): Promise<void> {
  const expired = await tidy(app);
  const unparsed = await findUnparsed(app.database.kysely, MOST_AT_ONCE);
  await app.jobs.enqueue(
    PARSE,
    unparsed.map(({ id, externalId }) => ({ id: externalId, data: { upload: id } })),
  );
  const unmerged = await findUnmerged(app.database.kysely, MOST_AT_ONCE);
  for (const commit of unmerged) await askForMerge(app, commit);
  // Last: it is the only one that may take a while.
  const swept = await sweeper.step(Date.now());
  if (expired + unparsed.length + unmerged.length + swept > 0) {
    app.log.info(
      { expired, unparsed: unparsed.length, unmerged: unmerged.length, swept },
      'reconciled the journal with the queues',
    );
  }
}

/** Ends what only time ends. Returns how many uploads ran out without their bytes. */
export async function tidy(app: App): Promise<number> {
  const expired = await expireStarted(app.database.kysely);
  await app.events.prune();
  await app.sessions.prune();
  return expired;
}
