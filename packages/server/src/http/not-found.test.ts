import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { answerMalformed, answerNotFound } from './not-found.ts';

async function get(url: string, accept: string) {
  const server = fastify({ frameworkErrors: answerMalformed });
  server.setNotFoundHandler(answerNotFound);
  server.get('/known/:name', async () => 'known');
  return server.inject({ url, headers: { accept } });
}

test('a program gets the shape of every refusal, without the address, which may hold a token', async () => {
  const answer = await get('/nope/6f1c0000-secret?token=6f1c0000-secret', '*/*');
  expect([answer.statusCode, Object.keys(answer.json())]).toEqual([404, ['detail', 'code', 'hint']]);
  expect(answer.body).not.toContain('6f1c');
});

test('a person who followed the address of a commit gets a page that leads on', async () => {
  const answer = await get('/gh/acme/web/commit/9f', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8');
  expect(answer.statusCode).toBe(404);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.body).toContain('href="/"');
  expect(answer.body).not.toContain('acme');
});

test('an address with a broken percent sign is refused with the remedy', async () => {
  const answer = await get('/known/%zz', '*/*');
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'address_malformed', hint: expect.stringContaining('%25') });
});
