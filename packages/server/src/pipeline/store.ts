import type { App } from '../app.ts';

/** Stores what the pipeline made; whatever keeps it from being stored ends the job, which is tried again. */
export async function putOrThrow(app: App, key: string, bytes: Uint8Array): Promise<void> {
  const put = await app.objects.put(key, bytes);
  if (put.kind !== 'stored') throw new Error(`an object of the pipeline was not stored: ${put.kind}`);
}
