import type { LiveEvent } from './messages.ts';

/** A block of the stream: an event, or (type null) only how far the stream is. */
export type StreamBlock = LiveEvent | { readonly type: null; readonly id: number };

/**
 * Reads server-sent events as they come (HTML Standard, as far as our server uses it). `EventSource` is no choice: it tells neither the
 * status of a refused stream nor when a silent one was last heard, and forgets its place when the topics change.
 *
 * @param onHeard called with every piece, pings too
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onHeard: () => void,
): AsyncGenerator<StreamBlock, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onHeard();
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const read = readBlock(block);
      if (read !== null) yield read;
    }
  }
}

function readBlock(block: string): StreamBlock | null {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  const id = fields.has('id') ? Number(fields.get('id')) : null;
  const data = fields.get('data');
  if (data === undefined) return id === null ? null : { type: null, id };
  return { type: fields.get('event') ?? 'message', id, data: JSON.parse(data) as LiveEvent['data'] };
}
