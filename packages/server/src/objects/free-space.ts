import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Room on the disk of a folder, in bytes. */
export interface Space {
  readonly free: number;
  readonly total: number;
}

/** How the room is asked for; tests hand in their own. */
export type SpaceProbe = (folder: string) => Promise<Space>;

const SMALLEST_FREE_BYTES = 512 * 1024 * 1024;
const SMALLEST_FREE_SHARE = 0.02;
const RESERVE_BYTES = 64 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;

/** What is left for this user on the disk that holds the folder. */
export async function actualSpace(folder: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** Whether new uploads are refused: less than 2 % or 512 MB is left (deployment §10). */
export function isFull({ free, total }: Space): boolean {
  return free < SMALLEST_FREE_BYTES || free < total * SMALLEST_FREE_SHARE;
}

/**
 * Keeps 64 MB that {@link releaseReserve} gives back when the disk is full, so that the clean-up, which must write to delete, can run.
 * Does nothing when the reserve is there or the disk is full already.
 */
export async function keepReserve(folder: string, probe: SpaceProbe = actualSpace): Promise<void> {
  const path = reservePath(folder);
  const found = await stat(path).catch(() => null);
  if (found?.size === RESERVE_BYTES || isFull(await probe(folder))) return;
  const file = await open(path, 'w', 0o600);
  try {
    // Written, not stretched: a hole in a file reserves nothing.
    const block = new Uint8Array(BLOCK_BYTES).fill(0x2e);
    for (let written = 0; written < RESERVE_BYTES; written += BLOCK_BYTES) await file.write(block);
  } catch {
    await rm(path, { force: true });
  } finally {
    await file.close();
  }
}

/** Gives the reserve back. */
export async function releaseReserve(folder: string): Promise<void> {
  await rm(reservePath(folder), { force: true });
}

function reservePath(folder: string): string {
  return join(folder, '.reserve');
}
