/** The bytes of a stream without ASCII blanks at its start and end, as uploaders' text container has them. */
export async function* blanksTrimmed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let hasBegun = false;
  // Chunks that may be nothing but the blanks of the end.
  let held: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const start = hasBegun ? 0 : chunk.findIndex((byte) => !isBlank(byte));
    if (start < 0) continue;
    hasBegun = true;
    const body = chunk.subarray(start);
    const end = body.findLastIndex((byte) => !isBlank(byte)) + 1;
    if (end === 0) {
      held.push(body);
      continue;
    }
    yield* held;
    held = end < body.length ? [body.subarray(end)] : [];
    yield body.subarray(0, end);
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
