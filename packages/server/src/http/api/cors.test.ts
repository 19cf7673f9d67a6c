import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load-config.ts';
import { crossOrigin, isPreflight } from './cors.ts';

/** A server of one address with the rules of some settings. */
async function server(...overrides: readonly string[]) {
  const loaded = await loadConfig({ environment: { CODECOV_YML: '' }, overrides, role: 'serve' });
  if (loaded.kind === 'refused') throw new Error(JSON.stringify(loaded.problems));
  const rules = crossOrigin(loaded.config.setup);
  const http = fastify();
  http.addHook('onRequest', async (request, reply) => {
    rules.allow(request, reply);
    if (isPreflight(request)) return rules.answerPreflight(reply);
  });
  http.all('/', async () => 'read');
  return http;
}

async function mayCome(http: Awaited<ReturnType<typeof server>>, origin: string): Promise<boolean> {
  const { headers } = await http.inject({ url: '/', headers: { origin } });
  const isEchoed = headers['access-control-allow-origin'] === origin;
  expect(headers['access-control-allow-origin']).toBe(isEchoed ? origin : '*');
  expect(headers['access-control-allow-credentials']).toBe(isEchoed ? 'true' : undefined);
  return isEchoed;
}

describe('pages that may send credentials', () => {
  test('are those of the configured addresses while no list is given', async () => {
    const http = await server(
      'setup.codecov_url=https://cov.example',
      'setup.codecov_dashboard_url=https://ui.example/x',
    );
    expect(await mayCome(http, 'https://cov.example')).toBe(true);
    expect(await mayCome(http, 'https://ui.example')).toBe(true);
    expect(await mayCome(http, 'https://elsewhere.example')).toBe(false);
    expect(await mayCome(http, 'null')).toBe(false);
  });

  test('are those of setup.api_cors_allowed_origins, in place of the default', async () => {
    const http = await server(
      'setup.codecov_url=https://cov.example',
      'setup.api_cors_allowed_origins=https://one.example/,https://two.example:8443',
    );
    expect(await mayCome(http, 'https://one.example')).toBe(true);
    expect(await mayCome(http, 'https://two.example:8443')).toBe(true);
    expect(await mayCome(http, 'https://two.example')).toBe(false);
    expect(await mayCome(http, 'https://cov.example')).toBe(false);
  });

  test.each([
    String.raw`^https://[a-z0-9-]+\.example\.com$`,
    String.raw`https://[a-z0-9-]+\.example\.com`,
    String.raw`(?i)https://(?:one|[a-z0-9-]+)\.EXAMPLE\.com`,
    String.raw`https://one|https://[a-z0-9-]{1,30}\.example\.com`,
  ])('are those that the pattern %s fits as a whole', async (pattern) => {
    const http = await server(`setup.api_cors_allowed_origin_regexes=${pattern}`);
    expect(await mayCome(http, 'https://one.example.com')).toBe(true);
    expect(await mayCome(http, 'https://one.example.com.evil.test')).toBe(false);
    expect(await mayCome(http, 'https://evil.test?https://one.example.com')).toBe(false);
  });

  test('a pattern that takes endless steps elsewhere is decided at once', async () => {
    const http = await server('setup.api_cors_allowed_origin_regexes=(a*)*b');
    expect(await mayCome(http, 'a'.repeat(250))).toBe(false);
  });
});

test('request headers are the usual ones and those of setup.api_cors_extra_headers', async () => {
  const preflight = async (...overrides: readonly string[]) => {
    const http = await server(...overrides);
    const headers = { origin: 'https://x.example', 'access-control-request-method': 'GET' };
    const answer = await http.inject({ method: 'OPTIONS', url: '/', headers });
    expect(answer.statusCode).toBe(204);
    return String(answer.headers['access-control-allow-headers']).split(', ');
  };
  expect(await preflight()).toEqual(expect.arrayContaining(['authorization', 'token-type', 'baggage']));
  const changed = await preflight('setup.api_cors_extra_headers=X-Trace,traceparent');
  expect(changed).toEqual(expect.arrayContaining(['authorization', 'token-type', 'x-trace', 'traceparent']));
  expect(changed).not.toContain('baggage');
});

test.each([
  ['setup.api_cors_allowed_origins=example.com', 'CFG-020'],
  ['setup.api_cors_allowed_origins=*', 'CFG-020'],
  ['setup.api_cors_allowed_origins=https://x.example/path', 'CFG-022'],
  ['setup.api_cors_allowed_origin_regexes=https://(x', 'CFG-005'],
  ['setup.api_cors_extra_headers=a b', 'CFG-005'],
])('%s is refused with %s', async (override, code) => {
  const loaded = await loadConfig({ environment: { CODECOV_YML: '' }, overrides: [override], role: 'serve' });
  expect(loaded).toMatchObject({ kind: 'refused', problems: [{ code }] });
});
