import { createHash } from 'node:crypto';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { type UploaderSource, uploaderRoutes } from '../src/http/cli.ts';

let http: FastifyInstance;

afterEach(() => http.close());

async function serve(source: UploaderSource): Promise<FastifyInstance> {
  http = fastify();
  await http.register(async (scope) => uploaderRoutes(source)(scope, null));
  return http;
}

const code = new TextEncoder().encode('#!/usr/bin/env node\nconsole.log("ä");\n');
const sha256 = createHash('sha256').update(code).digest('hex');

test('the uploader is served as it was made, with its digest beside it', async () => {
  const server = await serve(async () => ({ code, sha256 }));
  const file = await server.inject('/cli/thatch.mjs');
  expect(file.statusCode).toBe(200);
  expect(file.headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(new Uint8Array(file.rawPayload)).toEqual(code);
  const digest = await server.inject('/cli/thatch.mjs.sha256');
  expect(digest.body).toBe(`${sha256}  thatch.mjs\n`);
});

test('who has the file already gets 304', async () => {
  const server = await serve(async () => ({ code, sha256 }));
  const { headers } = await server.inject('/cli/thatch.mjs');
  expect(headers.etag).toBe(`"${sha256}"`);
  for (const known of [`"${sha256}"`, `W/"${sha256}"`, `"x", "${sha256}"`]) {
    const again = await server.inject({ url: '/cli/thatch.mjs', headers: { 'if-none-match': known } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  }
});

test('it is made once, when it is asked for, and again after a failure', async () => {
  let made = 0;
  const server = await serve(async () => {
    made++;
    if (made === 1) throw new Error('the bundler failed');
    return { code, sha256 };
  });
  expect(made).toBe(0);
  expect((await server.inject('/cli/thatch.mjs')).statusCode).toBe(500);
  const answers = await Promise.all([server.inject('/cli/thatch.mjs'), server.inject('/cli/thatch.mjs.sha256')]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect(made).toBe(2);
});
