import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer, in pieces. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * Sends a request byte for byte, as an HTTP library would not: raw `|` in the request line, a POST without a body, a missing type. Gives the
 * answer; the connection is closed then.
 *
 * @param head request line and headers without line ends; `Host` is put in behind the request line
 */
export async function sendRaw(
  url: string,
  head: readonly string[],
  body: Uint8Array = Buffer.alloc(0),
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const [requestLine, ...headers] = head;
  socket.write([requestLine, `Host: ${host}`, ...headers, '', ''].join('\r\n'));
  socket.write(body);
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    const answer = readAnswer(received);
    if (answer !== null) return answer;
  }
  throw new Error(`the connection ended in the middle of an answer: ${received.toString()}`);
}

// Every answer to an uploader has a length: clients of that age rely on it.
function readAnswer(received: Buffer): RawAnswer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine, ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers.get('content-length'));
  const body = received.subarray(end + 4);
  if (body.length < length) return null;
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.toString() };
}
