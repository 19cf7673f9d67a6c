import { describe, expect, test } from 'vitest';
import { hasReached, readEvents, type ServerEvent } from './follow.ts';

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<ServerEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body())) events.push(event);
  return events;
}

describe('an event stream', () => {
  test('is read wherever its pieces end, also inside a character', async () => {
    const bytes = Buffer.from('retry: 2000\n\n: ping\n\nevent: state\nid: 1\ndata: {"state":"größe"}\n\n');
    const pieces = Array.from(bytes, (byte) => new Uint8Array([byte]));
    expect(await read(...pieces)).toEqual([{ name: 'state', data: '{"state":"größe"}' }]);
  });

  test('may have several lines of data, CRLF, and no blank after the colon', async () => {
    expect(await read('event:a\r\ndata:1\r\ndata: 2\r\n\r\ndata:3\n\n')).toEqual([
      { name: 'a', data: '1\n2' },
      { name: 'message', data: '3' },
    ]);
  });

  test('that stops in the middle of an event gives the whole ones only', async () => {
    expect(await read('data: 1\n\ndata: 2\n')).toEqual([{ name: 'message', data: '1' }]);
  });

  test('ends at a line that does not end', async () => {
    expect(await read('data: 1\n\n', 'x'.repeat((1 << 20) + 1), '\n\ndata: 2\n\n')).toEqual([
      { name: 'message', data: '1' },
    ]);
  });
});

test.each([
  ['started', false, false],
  ['stored', false, false],
  ['processing', false, false],
  ['processed', true, false],
  ['merged', true, true],
  ['judged', true, true],
  ['error', true, true],
  ['superseded', true, true],
  ['expired', true, true],
  ['a later invention', false, false],
])('an upload that is %s: processed %s, merged %s', (state, isProcessed, isMerged) => {
  expect([hasReached(state, 'processed'), hasReached(state, 'merged')]).toEqual([isProcessed, isMerged]);
});
