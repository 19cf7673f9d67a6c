/** Bytes that can be read more than once and from any place: a buffer, a file. */
export interface ByteSource {
  readonly size: number;
  /** `[start, end)` in chunks of any size. */
  open(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** A buffer as a {@link ByteSource}. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, open: (start, end) => once(bytes.subarray(start, end)) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** All bytes of a range as one array; for ranges that are known to be small. */
export async function readRange(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let at = 0;
  for await (const chunk of source.open(start, end)) {
    if (at === 0 && chunk.length === bytes.length) return chunk;
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
