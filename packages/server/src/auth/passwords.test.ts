import { expect, test } from 'vitest';
import { hashPassword, refusePassword, verifyPassword } from './passwords.ts';

test('only the right password is accepted', async () => {
  const stored = await hashPassword('correct horse');
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('correct horsf', stored)).toBe(false);
  expect(await verifyPassword('', stored)).toBe(false);
});

test('the same password is stored differently each time and never in the clear', async () => {
  const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(first).not.toBe(second);
  expect(first).not.toContain('correct');
});

test('composed and decomposed letters are the same password', async () => {
  expect(await verifyPassword('Zu\u0308rich-Su\u0308d', await hashPassword('Z\u00fcrich-S\u00fcd'))).toBe(true);
});

test('no account, no password and a damaged row never match', async () => {
  expect(await verifyPassword('anything', null)).toBe(false);
  expect(await verifyPassword('anything', 'md5$abc')).toBe(false);
});

test('passwords too short or absurdly long are refused', async () => {
  expect(refusePassword('seven77')).toContain('fewer than 8');
  expect(refusePassword('x'.repeat(1025))).toContain('more than 1024');
  expect(refusePassword('eight888')).toBeNull();
  expect(await verifyPassword('x'.repeat(2000), await hashPassword('x'.repeat(1025)))).toBe(false);
});
