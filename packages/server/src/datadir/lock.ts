import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessIdentity } from '../process-identity.ts';
import { ownIdentity, stateOf } from '../process-identity.ts';

/** A lock that this process holds. */
export interface HeldLock {
  readonly kind: 'held';
  /** Gives it back. Safe to call twice. */
  readonly release: () => void;
}

/** Somebody else has it. */
export interface TakenLock {
  readonly kind: 'taken';
  readonly holder: ProcessIdentity;
}

/** What stands in a lock file. */
export interface LockText extends ProcessIdentity {
  /** Differs for every lock ever taken, so that "the same lock as before" can be told. */
  readonly nonce: string;
}

/** Times of a lock; tests shorten them. */
export interface LockTimes {
  /** The holder touches its lock this often: the only sign of life that crosses containers and machines. */
  readonly heartbeatMs: number;
  /** A lock of another container or machine that was not touched for so long is dead. */
  readonly silenceMs: number;
}

const TIMES: LockTimes = { heartbeatMs: 2000, silenceMs: 6000 };

/**
 * Takes the lock file at `path` for this process, or says who holds it. A lock whose process is gone is taken over at once (the
 * start time of the process is compared too, so that a reused number does not count). A lock from another container or boot is watched
 * for 6 s: it is dead when its holder does not touch it meanwhile.
 */
export async function takeLock(path: string, times: LockTimes = TIMES): Promise<HeldLock | TakenLock> {
  const own: LockText = { ...ownIdentity(), nonce: randomUUID() };
  const temporary = `${path}.${own.nonce}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o600 });
  try {
    for (;;) {
      if (linkExclusively(temporary, path)) return hold(path, own, times);
      const found = readLock(path);
      if (found === null) continue;
      if (await isAlive(path, found, times)) return { kind: 'taken', holder: found };
      if (await replaceDead(path, found, temporary, times)) return hold(path, own, times);
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}

// Exactly one process may replace a given dead lock: the one that holds the claim named after its nonce. A claim is a lock like any
// other, so that one left by a crash is replaced in the same way.
async function replaceDead(path: string, dead: LockText, temporary: string, times: LockTimes): Promise<boolean> {
  const claim = await takeLock(`${path}.${dead.nonce}`, times);
  if (claim.kind === 'taken') {
    await pause(20);
    return false;
  }
  try {
    if (readLock(path)?.nonce !== dead.nonce) return false;
    renameSync(temporary, path);
    return true;
  } finally {
    claim.release();
  }
}

function hold(path: string, own: LockText, times: LockTimes): HeldLock {
  const heartbeat = setInterval(() => touch(path), times.heartbeatMs);
  heartbeat.unref();
  return {
    kind: 'held',
    release: () => {
      clearInterval(heartbeat);
      if (readLock(path)?.nonce === own.nonce) rmSync(path, { force: true });
    },
  };
}

async function isAlive(path: string, lock: LockText, times: LockTimes): Promise<boolean> {
  const state = stateOf(lock);
  if (state !== 'elsewhere') return state === 'running';
  // Compared with itself and not with our clock: the clocks of two machines differ.
  const before = touchedAt(path);
  await pause(times.silenceMs);
  const after = touchedAt(path);
  return after !== null && after !== before;
}

function linkExclusively(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who a lock file names, whether that process lives or not; null when there is no lock. */
export function readLock(path: string): LockText | null {
  try {
    const lock = JSON.parse(readFileSync(path, 'utf8')) as LockText;
    if (typeof lock.pid === 'number' && /^[\w-]{1,64}$/.test(lock.nonce)) return lock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  }
  // Locks come into being whole (by link), so this one was damaged: nobody can be alive behind it that we could name.
  return { pid: 0, started: 'damaged', world: ownIdentity().world, nonce: 'damaged' };
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder may be away for a moment (network disk): the next beat tries again.
  }
}

function touchedAt(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return null;
  }
}
