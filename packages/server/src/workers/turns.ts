/** More wait for a turn than can be served while somebody waits: to be answered with 503. */
export class Busy extends Error {
  override readonly name = 'Busy';

  constructor() {
    super('too many wait for the same');
  }
}

/** Runs a task when its turn comes. Rejects with {@link Busy} when too many wait already. */
export type Turns = <Result>(run: () => Promise<Result>) => Promise<Result>;

/** Lets at most `most` of the tasks that come straight from requests run at once, first come, first served; `mostWaiting` more may wait. */
export function turns(most: number, mostWaiting = Infinity): Turns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running < most) running++;
    else if (waiting.length >= mostWaiting) throw new Busy();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      // Whoever waits longest takes over the place.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
