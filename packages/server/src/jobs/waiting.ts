/** What the promise gives, or `otherwise` when it takes longer. The promise goes on; it must not reject. */
export async function settlesWithin<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  otherwise: Value,
): Promise<Value> {
  const timeOut = Promise.withResolvers<Value>();
  const timer = setTimeout(() => timeOut.resolve(otherwise), milliseconds);
  try {
    return await Promise.race([promise, timeOut.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits; returns at once when the signal aborts or has. */
export function pauseUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
