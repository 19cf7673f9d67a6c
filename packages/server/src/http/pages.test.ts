import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import type { App } from '../app.ts';
import { defaultConfig } from '../config/config.ts';
import type { PagesState } from '../pages/pages.ts';
import { pageRoutes } from './pages.ts';

const HTML = { accept: 'text/html,*/*;q=0.8' };

let http: FastifyInstance;
afterEach(() => http.close());

/** The routes over an interface in some state, which a test may change. */
async function serve(pages: { state: PagesState }, address: string | null = null): Promise<void> {
  const config = defaultConfig();
  const app = { config: { ...config, setup: { ...config.setup, codecovUrl: address } }, pages } as unknown as App;
  http = fastify();
  await http.register((scope) => pageRoutes(scope, app));
}

const READY: Extract<PagesState, { readonly kind: 'ready' }> = {
  kind: 'ready',
  built: {
    preloads: new Map([['src/pages/owners/OwnersPage.tsx', ['<link rel="modulepreload" href="./assets/owners.js">']]]),
    build: 'abc123',
    html: '<meta name="thatch-prefix" content=""><meta name="thatch-build" content=""><script src="./assets/a.js"></script>',
    assets: new Map([
      [
        'a.js',
        {
          type: 'text/javascript; charset=utf-8',
          plain: Buffer.from('plain'),
          brotli: Buffer.from('brotli'),
          gzip: Buffer.from('gzip'),
        },
      ],
    ]),
  },
};

test('while the interface is built a page says so with 503, comes back by itself, and is then there', async () => {
  const pages: { state: PagesState } = { state: { kind: 'building' } };
  await serve(pages);
  const building = await http.inject({ url: '/gh', headers: HTML });
  expect(building.statusCode).toBe(503);
  expect(building.headers['retry-after']).toBe('2');
  expect(building.body).toContain('Building the interface.');
  expect(building.body).toContain('<meta http-equiv="refresh" content="2">');
  pages.state = READY;
  expect((await http.inject({ url: '/gh', headers: HTML })).statusCode).toBe(200);
});

test('without an interface a page says how to send and read reports', async () => {
  await serve({ state: { kind: 'absent', reason: 'broken' } });
  const { statusCode, body } = await http.inject({ url: '/', headers: HTML });
  expect(statusCode).toBe(200);
  expect(body).toContain('This server takes coverage reports.');
});

test('the document names the build and the prefix, and allows nothing from elsewhere', async () => {
  await serve({ state: READY }, 'https://host.example/thatch');
  const { body, headers } = await http.inject({ url: '/login', headers: HTML });
  expect(body).toBe(
    '<meta name="thatch-prefix" content="/thatch"><meta name="thatch-build" content="abc123"><script src="/thatch/assets/a.js"></script>',
  );
  expect(headers).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
      "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': '',
    'cache-control': 'no-cache',
  });
});

test('no sign in the prefix is read as anything but itself', async () => {
  await serve({ state: READY }, 'https://thatch.example/a$&b$`');
  const { body } = await http.inject({ url: '/login', headers: HTML });
  expect(body).toContain('<meta name="thatch-prefix" content="/a$&b$%60">');
  expect(body).toContain('src="/a$&b$%60/assets/a.js"');
});

test('where an old address leads is kept by no cache between', async () => {
  await serve({ state: READY });
  const { statusCode, headers } = await http.inject({ url: '/github/acme', headers: HTML });
  expect([statusCode, headers.location]).toEqual([308, '/gh/acme']);
  expect(headers['cache-control']).toBe('private, no-cache');
  expect(headers.vary).toBe('Accept, Authorization, Cookie');
});

test('the document of a page names the files of that page, below the prefix', async () => {
  const built = { ...READY.built, html: '<head></head>' };
  await serve({ state: { kind: 'ready', built } }, 'https://host.example/thatch');
  const bodyOf = async (url: string) => (await http.inject({ url, headers: HTML })).body;
  expect(await bodyOf('/gh')).toBe('<head><link rel="modulepreload" href="/thatch/assets/owners.js"></head>');
  expect(await bodyOf('/login')).toBe('<head></head>');
});

test('assets are packed as the browser takes them, kept for a year, and never looked up as paths', async () => {
  await serve({ state: READY });
  const body = async (encoding: string) =>
    (await http.inject({ url: '/assets/a.js', headers: { 'accept-encoding': encoding } })).body;
  expect(await body('gzip, br')).toBe('brotli');
  expect(await body('gzip')).toBe('gzip');
  expect(await body('identity')).toBe('plain');
  const { headers } = await http.inject({ url: '/assets/a.js' });
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const name of ['b.js', '..%2f..%2fpackage.json', '%2fetc%2fpasswd']) {
    expect((await http.inject({ url: `/assets/${name}`, headers: HTML })).statusCode).toBe(404);
  }
});

test('HEAD is answered as GET; what does not accept HTML gets no document', async () => {
  await serve({ state: READY });
  expect((await http.inject({ method: 'HEAD', url: '/login', headers: HTML })).statusCode).toBe(200);
  expect((await http.inject({ url: '/login', headers: { accept: 'application/json' } })).statusCode).toBe(404);
  expect((await http.inject({ url: '/login', headers: { accept: 'image/*' } })).statusCode).toBe(404);
});
