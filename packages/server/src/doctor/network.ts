import { createServer } from 'node:net';
import { broken, doubtful, fine, type Finding } from './finding.ts';

const PATIENCE_MS = 5000;

/** Whether the port is free, or Thatch itself answers on it. */
export async function checkPort(host: string, port: number): Promise<Finding> {
  const failure = await tryToListen(host, port);
  if (failure === null) return fine('port', `port ${port} is free`);
  if (failure !== 'EADDRINUSE') {
    return broken('port', `port ${port} cannot be opened (${failure})`, portFix(failure));
  }
  const answer = await ask(`http://127.0.0.1:${port}/health`);
  if (answer.kind === 'answered' && isThatch(answer.text)) return fine('port', `${answer.text.trim()} (port ${port})`);
  return broken(
    'port',
    `another program uses port ${port}`,
    'Stop it, or start Thatch with --port and another number.',
  );
}

function portFix(failure: string): string {
  if (failure === 'EACCES') return 'Ports below 1024 need rights: take a higher one with --port and a proxy in front.';
  return 'Choose an address of this machine with --host, and another port with --port.';
}

function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}

/** Whether the public address, when one is configured, reaches a Thatch. */
export async function checkPublicAddress(address: string | null): Promise<Finding> {
  const check = 'public address';
  if (address === null) {
    return fine(check, 'none configured: answers name the address that a request came to');
  }
  const answer = await ask(`${address}/health`);
  if (answer.kind === 'failed') {
    return broken(
      check,
      `${address} does not answer (${answer.reason})`,
      'Start the server, or mend name, proxy or setup.codecov_url.',
    );
  }
  if (answer.status === 503)
    return doubtful(check, `${address} answers that its database is away`, 'See the check of Postgres.');
  if (isThatch(answer.text)) return fine(check, `${address} reaches ${answer.text.trim()}`);
  return broken(
    check,
    `${address} is answered by something else (status ${answer.status})`,
    'Let the proxy send this address to Thatch, or correct setup.codecov_url.',
  );
}

type Asked =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

async function ask(url: string): Promise<Asked> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'manual' });
    return { kind: 'answered', status: response.status, text: (await response.text()).slice(0, 200) };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : error.message;
}

function isThatch(text: string): boolean {
  return /^\S+ is live!\s*$/.test(text);
}
