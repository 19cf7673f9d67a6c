import { expect, test } from 'vitest';
import { isLocal } from './local-address.ts';

test('addresses that CI elsewhere does not reach are known', () => {
  for (const address of [
    'http://localhost:8080',
    'http://thatch.localhost',
    'http://127.0.0.1',
    'http://127.1.2.3:80',
    'http://[::1]:8080',
    'http://0.0.0.0:8080',
  ]) {
    expect(isLocal(address), address).toBe(true);
  }
  for (const address of [
    'https://thatch.example',
    'http://192.168.1.4:8080',
    'http://localhost.example',
    'http://ci',
  ]) {
    expect(isLocal(address), address).toBe(false);
  }
});
