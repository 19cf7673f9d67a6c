import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { homePage, homeRoutes } from './home.ts';

async function pageFor(host: string): Promise<string> {
  const server = fastify();
  await server.register(homeRoutes);
  const { body } = await server.inject({ url: '/', headers: { host } });
  return body;
}

test.each(['ci.example.com', 'localhost:8080', '10.0.0.7:9000', '[::1]:8080'])(
  'the page shows the address by which it was asked: %s',
  async (host) => {
    expect(await pageFor(host)).toContain(`"http://${host}/upload/coverage?`);
  },
);

test.each(['"><script>alert(1)</script>', 'a$(reboot)b', 'x;rm -rf ~', 'a b', ''])(
  'a host that is none is not shown: %s',
  async (host) => {
    const page = await pageFor(host);
    expect(page).toContain('"http://localhost:');
    if (host !== '') expect(page).not.toContain(host);
  },
);

test('the page holds no script and asks no other server', () => {
  const page = homePage('https://thatch.example');
  expect(page).not.toMatch(/<script|<link rel="stylesheet"|src="http/);
  expect(page).toContain('CODECOV_URL=https://thatch.example ');
});

test('forbids scripts and frames by header', async () => {
  const server = fastify();
  await server.register(homeRoutes);
  const { headers } = await server.inject({ url: '/' });
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
});
