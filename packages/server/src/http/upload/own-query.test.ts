import { describe, expect, test } from 'vitest';
import { readOwnQuery } from './own-query.ts';

const SHA = '9f'.repeat(20);

function wrong(query: string) {
  return readOwnQuery(new URLSearchParams(`commit=${SHA}&${query}`));
}

describe('readOwnQuery', () => {
  test.each([
    'repo',
    'branch',
    'tag',
    'path',
    'root',
    'prefix',
    'name',
    'job',
    'build',
    'build_url',
    'ci',
    'key',
    'env.OS',
  ])('refuses NUL in %s and names it', (name) => {
    expect(wrong(`${name}=a%00b`)).toEqual({ kind: 'wrong', parameter: name, rule: 'must not hold NUL' });
  });

  test('refuses NUL in the name of a variable, and shows it without', () => {
    expect(wrong('env.A%00B=1')).toMatchObject({ kind: 'wrong', parameter: 'env.A\ufffdB' });
  });

  test('passes over NUL in keys that it does not know, as over the rest of them', () => {
    expect(wrong('other=a%00b')).toMatchObject({ kind: 'query' });
  });

  test.each([
    ['flags=a%00b', 'flags', 'may hold only printable names without quotes, of at most 1024 characters each'],
    ['flags=a&flags=b%22', 'flags', 'may hold only printable names without quotes, of at most 1024 characters each'],
    [`flags=${Array.from({ length: 1001 }, (_, index) => index).join()}`, 'flags', 'may hold at most 1000 names'],
    ['parent=xyz', 'parent', 'is 7 to 64 hexadecimal digits'],
    [`env.PATH=${'x'.repeat(1001)}`, 'env.PATH', 'has at most 1000 characters'],
    ['wait=soon', 'wait', 'is a whole number from 0 to 300'],
  ])('says of %s, in one sentence, which parameter is wrong and how it should be', (query, parameter, rule) => {
    expect(wrong(query)).toEqual({ kind: 'wrong', parameter, rule });
  });
});
