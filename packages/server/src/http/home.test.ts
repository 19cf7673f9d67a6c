import { expect, test } from 'vitest';
import { homePage } from './home.ts';

test('the page shows the address by which it was asked', () => {
  expect(homePage('http://ci.example.com:8080')).toContain('"http://ci.example.com:8080/upload/coverage?');
});

test('the page holds no script and asks no other server', () => {
  const page = homePage('https://thatch.example');
  expect(page).not.toMatch(/<script|<link rel="stylesheet"|src="http/);
  expect(page).toContain('CODECOV_URL=https://thatch.example ');
});
