/** A form; a part with a file name is a file. */
export function form(
  parts: readonly (readonly [name: string, body: string | Uint8Array, fileName?: string])[],
): FormData {
  const data = new FormData();
  for (const [name, body, fileName] of parts) {
    if (fileName === undefined) data.append(name, body as string);
    else data.append(name, new Blob([body as Uint8Array<ArrayBuffer>]), fileName);
  }
  return data;
}

/** An lcov report of one file whose lines 1, 2 … were hit so often. */
export function report(file: string, ...hits: readonly number[]): string {
  return `TN:\nSF:${file}\n${hits.map((count, index) => `DA:${index + 1},${count}\n`).join('')}end_of_record\n`;
}

/** Bytes that are sent in pieces of `size` bytes, each when the one before was taken; their length is not told. */
export function pieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}
