import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What stands between a browser and a server under test, and can be closed: a cable that is pulled. */
export interface Gate {
  /** `http://127.0.0.1:PORT`: the server through the gate. */
  readonly url: string;
  /** Targets that were asked for, oldest first. */
  readonly asked: readonly string[];
  /** Cuts every connection of addresses that begin so, and lets no new ones through. */
  readonly close: (path?: string) => void;
  readonly open: () => void;
  readonly remove: () => Promise<void>;
}

/** Opens one before `target`. */
export async function openGate(target: string): Promise<Gate> {
  const asked: string[] = [];
  const passing = new Map<Socket, string>();
  let closed: string | null = null;
  const server: Server = createServer((incoming, outgoing) => {
    const { url = '/', socket, method, headers } = incoming;
    asked.push(url);
    if (closed !== null && url.startsWith(closed)) {
      socket.destroy();
      return;
    }
    passing.set(socket, url);
    outgoing.once('close', () => passing.delete(socket));
    const forwarded = request(target + url, { method, headers }, (answered) => {
      outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(outgoing);
      answered.once('error', () => socket.destroy());
    });
    forwarded.once('error', () => socket.destroy());
    outgoing.once('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: (path = '/') => {
      closed = path;
      for (const [socket, url] of passing) if (url.startsWith(path)) socket.destroy();
    },
    open: () => {
      closed = null;
    },
    remove: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
