import type { Surroundings } from './run.ts';

/** The real world: this process, its terminal, its network. */
export function processSurroundings(): Surroundings {
  return {
    environment: process.env,
    folder: process.cwd(),
    standard: process.stdout,
    error: process.stderr,
    network: { fetch, pause },
  };
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}
