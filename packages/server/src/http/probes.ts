import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerStatus } from './status.ts';

/**
 * Answers the probes of supervisors and balancers (deployment §1), also while everything else still waits for the start. Returns
 * false when the request is none.
 */
export function answerProbe(request: IncomingMessage, response: ServerResponse, status: ServerStatus): boolean {
  const [path] = (request.url ?? '').split('?', 1);
  const answer = PROBES[path];
  if (answer === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  if (path === '/startupz' && !isLocal(request)) return false;
  void answer(status).then(({ code, body }) => {
    const text = `${JSON.stringify(body)}\n`;
    response.writeHead(code, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  });
  return true;
}

interface ProbeAnswer {
  readonly code: 200 | 503;
  readonly body: object;
}

const PROBES: Readonly<Record<string, ((status: ServerStatus) => Promise<ProbeAnswer>) | undefined>> = {
  '/livez': async (status) => ({ code: status.isResponsive() ? 200 : 503, body: { alive: status.isResponsive() } }),
  '/readyz': ready,
  '/startupz': async (status) => {
    const started = status.phase() !== 'starting';
    return { code: started ? 200 : 503, body: { started } };
  },
};

async function ready(status: ServerStatus): Promise<ProbeAnswer> {
  const phase = status.phase();
  const failed: string[] = [];
  if (phase === 'starting') failed.push('starting');
  if (phase === 'draining' || phase === 'stopped') failed.push('draining');
  if (failed.length === 0 && !(await status.databaseAnswers())) failed.push('database');
  if (failed.length > 0) return { code: 503, body: { ready: false, failed } };
  return { code: 200, body: { ready: true, degraded: status.degraded() } };
}

// A balancer or proxy on the same machine speaks for others; it says so.
function isLocal(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const fromHere = address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
  return fromHere && request.headers['x-forwarded-for'] === undefined && request.headers['forwarded'] === undefined;
}
