import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer, IncomingMessage as Incoming } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Outcome } from '../outcome.ts';
import { EXIT_IN_THE_WAY, ok, refused } from '../outcome.ts';
import { answerProbe } from './probes.ts';
import type { ServerStatus } from './status.ts';

/** The listening socket. It opens first: what arrives before the rest is up waits (upload-protocol §6.1). */
export interface Listener {
  readonly server: Server;
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** Hands over the requests that wait, and all later ones. */
  readonly open: (handler: RequestListener) => void;
  /** Accepts no further connections and waits for the running requests: false when some had to be cut after the time. */
  readonly drain: (milliseconds: number) => Promise<boolean>;
  /** Cuts every connection. */
  readonly cut: () => void;
}

/** How to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly status: ServerStatus;
  /** A request, body included, must be in within this time; uploads of gigabytes take a while. `thatch.web.request_timeout`. */
  readonly requestTimeoutMs?: number;
}

/** Longer than balancers keep an idle connection, so that no request meets a closing one (deployment §5.2). */
const KEEP_ALIVE_MS = 65_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 600_000;

/** More requests than this do not wait for the start: they are asked to come again. */
const MOST_WAITING = 2000;

/** Opens the socket. Refused when the port is taken or not allowed. */
export async function listen(options: ListenOptions): Promise<Outcome<Listener>> {
  const gate = Promise.withResolvers<RequestListener>();
  let handler: RequestListener | null = null;
  let waiting = 0;
  let draining = false;
  const running = new Set<ServerResponse>();

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (draining) response.shouldKeepAlive = false;
    running.add(response);
    response.once('close', () => running.delete(response));
    if (answerProbe(request, response, options.status)) return;
    if (handler !== null) return handler(request, response) as void;
    if (waiting >= MOST_WAITING) return answerBusy(response);
    waiting++;
    void gate.promise.then((opened) => {
      waiting--;
      if (!response.destroyed) opened(request, response);
    });
  }

  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
  });
  server.on('request', handle);
  server.on('checkContinue', (request, response) => {
    continueWhenRead(request, response, () => !draining);
    handle(request, response);
  });

  const bound = await bind(server, options);
  if (bound.kind === 'refused') return bound;
  return ok({
    server,
    host: options.host,
    port: (server.address() as AddressInfo).port,
    open: (opened) => {
      handler = opened;
      gate.resolve(opened);
    },
    drain: (milliseconds) => {
      draining = true;
      for (const response of running) response.shouldKeepAlive = false;
      return closeGently(server, milliseconds);
    },
    cut: () => server.closeAllConnections(),
  });
}

function bind(server: Server, options: ListenOptions): Promise<Outcome<null>> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(cannotListen(options, error)));
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => resolve(ok(null)));
  });
}

function cannotListen({ host, port }: ListenOptions, error: NodeJS.ErrnoException): Outcome<never> {
  if (error.code === 'EADDRINUSE') {
    return refused(
      `port ${port} is taken by another program`,
      `Stop that program, or choose another port: --port ${port < 65535 ? port + 1 : 8080}`,
      EXIT_IN_THE_WAY,
    );
  }
  if (error.code === 'EACCES') {
    return refused(`port ${port} may not be opened by this user`, 'Choose a port above 1023 with --port.');
  }
  return refused(
    `${host}:${port} cannot be listened on (${error.message})`,
    'Choose an address of this machine with --host.',
  );
}

// "100 Continue" goes out when the body is first read, so that a request refused by its headers never sends its body. Without it the
// client may or may not send the body: such a connection cannot carry another request.
function continueWhenRead(request: IncomingMessage, response: ServerResponse, mayStayOpen: () => boolean): void {
  const keepAlive = response.shouldKeepAlive;
  response.shouldKeepAlive = false;
  let asked = false;
  // oxlint-disable-next-line no-underscore-dangle -- the method that Node's streams call when somebody reads
  request._read = function read(size) {
    if (!asked && !response.headersSent) {
      response.writeContinue();
      response.shouldKeepAlive = keepAlive && mayStayOpen();
    }
    asked = true;
    // oxlint-disable-next-line no-underscore-dangle -- as above
    Incoming.prototype._read.call(this, size);
  };
}

async function closeGently(server: Server, milliseconds: number): Promise<boolean> {
  let whole = true;
  const timer = setTimeout(() => {
    whole = false;
    server.closeAllConnections();
  }, milliseconds);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(timer);
  return whole;
}

function answerBusy(response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1', 'content-type': 'application/json; charset=utf-8' });
  response.end('{"detail":"The server is starting and many requests wait already."}\n');
}
