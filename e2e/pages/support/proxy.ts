import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of a server, on a port of its own. */
export interface Proxy {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts one that passes on what is below `prefix`, as most proxies are set up: with the prefix, or without it. */
export async function startProxy(options: {
  readonly port: number;
  readonly target: string;
  readonly prefix: string;
  readonly strips: boolean;
}): Promise<Proxy> {
  const { hostname, port } = new URL(options.target);
  const server = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    if (!url.startsWith(options.prefix)) {
      outgoing.writeHead(404).end('not below the prefix');
      return;
    }
    const path = options.strips ? url.slice(options.prefix.length) || '/' : url;
    const passed = request({ hostname, port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.prefix}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
