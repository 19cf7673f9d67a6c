import { expect, test } from 'vitest';
import { SignInTries } from './sign-in-tries.ts';

function makeTries() {
  const time = { now: 0 };
  const tries = new SignInTries(() => time.now);
  const fail = (account: string, ip: string, count: number) =>
    Array.from({ length: count }, () => tries.take(account, ip).kind);
  return { time, tries, fail };
}

test('ten failures of an account from an address lock it there, in any case of its name, and it says for how long', () => {
  const { time, tries, fail } = makeTries();
  expect(fail('Ada', '192.0.2.1', 10)).not.toContain('locked');
  expect(tries.take('ada', '192.0.2.1')).toEqual({ kind: 'locked', retryAfterSeconds: 60 });
  time.now += 60_000;
  expect(tries.take('ada', '192.0.2.1').kind).toBe('allowed');
  expect(tries.take('ada', '192.0.2.1')).toEqual({ kind: 'locked', retryAfterSeconds: 60 });
});

test('neither another account there nor the same account elsewhere is locked with it', () => {
  const { tries, fail } = makeTries();
  fail('ada', '192.0.2.1', 11);
  expect(tries.take('bob', '192.0.2.1').kind).toBe('allowed');
  expect(tries.take('ada', '192.0.2.2').kind).toBe('allowed');
});

test('a list of names is locked by its address', () => {
  const { tries } = makeTries();
  const kinds = Array.from({ length: 61 }, (_, index) => tries.take(`name${index}`, '192.0.2.1').kind);
  expect(kinds.indexOf('locked')).toBe(60);
});

test('what succeeds does not count', () => {
  const { tries } = makeTries();
  for (let count = 0; count < 100; count++) {
    const taken = tries.take('ada', '192.0.2.1');
    if (taken.kind === 'allowed') taken.succeeded();
    expect(taken.kind).toBe('allowed');
  }
});

test('addresses of one IPv6 network count as one', () => {
  const { tries, fail } = makeTries();
  fail('ada', '2001:db8:1:2::1', 10);
  expect(tries.take('ada', '2001:db8:1:2:3:4:5:6').kind).toBe('locked');
  expect(tries.take('ada', '2001:db8:1:3::1').kind).toBe('allowed');
});
