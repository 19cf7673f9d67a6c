import { expect, test } from 'vitest';
import { isFirstRunSecret, isOnThisMachine, makeFirstRunLink } from './first-run-link.ts';

const KEY = 'k'.repeat(43);

test('the link is the same after every start, another one for another installation, and too long to be guessed', () => {
  const link = makeFirstRunLink(KEY, {});
  expect(makeFirstRunLink(KEY, { THATCH_SETUP_TOKEN: '' })).toEqual(link);
  expect(makeFirstRunLink('j'.repeat(43), {}).secret).not.toBe(link.secret);
  expect(link.from).toBe('generated');
  expect(Buffer.from(link.secret, 'base64url')).toHaveLength(24);
});

test('a token of the environment takes its place', () => {
  expect(makeFirstRunLink(KEY, { THATCH_SETUP_TOKEN: 'chosen' })).toEqual({ secret: 'chosen', from: 'environment' });
});

test('only the whole secret is right', () => {
  const link = makeFirstRunLink(KEY, {});
  expect(isFirstRunSecret(link, link.secret)).toBe(true);
  for (const wrong of ['', link.secret.slice(1), `${link.secret} `]) expect(isFirstRunSecret(link, wrong)).toBe(false);
});

test.each([
  ['127.0.0.1', 'localhost:8080', {}],
  ['::ffff:127.0.0.1', '127.0.0.1:8080', {}],
  ['::1', '[::1]:8080', {}],
  ['127.0.0.1', 'thatch.localhost', {}],
])('a browser at %s that asks for %s is on this machine', (socketAddress, host, headers) => {
  expect(isOnThisMachine({ socketAddress, host, httpVersion: '1.1', headers })).toBe(true);
});

test.each([
  ['192.0.2.1', 'localhost:8080', {}],
  ['127.0.0.1', 'thatch.example', {}],
  ['127.0.0.1', 'localhost.example', {}],
  ['127.0.0.1', '127.0.0.1.example:8080', {}],
  ['127.0.0.1', 'localhost', { 'x-forwarded-for': '192.0.2.1' }],
  ['127.0.0.1', 'localhost', { forwarded: 'for=192.0.2.1' }],
  ['127.0.0.1', 'localhost', { 'x-real-ip': '192.0.2.1' }],
  ['127.0.0.1', 'localhost', { 'x-forwarded-port': '443' }],
  ['127.0.0.1', 'localhost', { 'cf-connecting-ip': '192.0.2.1' }],
  ['', 'localhost', {}],
])('one at %s that asks for %s with %j may not be', (socketAddress, host, headers) => {
  expect(isOnThisMachine({ socketAddress, host, httpVersion: '1.1', headers })).toBe(false);
});

test('what comes in HTTP/1.0 was passed on by a proxy that does not say so', () => {
  const visitor = { socketAddress: '127.0.0.1', host: '127.0.0.1:8080', headers: {} };
  expect(isOnThisMachine({ ...visitor, httpVersion: '1.0' })).toBe(false);
});
