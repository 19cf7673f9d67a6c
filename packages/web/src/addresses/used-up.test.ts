import { expect, test } from 'vitest';
import { withoutUsedUp } from './used-up.ts';

test.each([
  ['?src=pr&el=h1&utm_medium=referral&flags=unit', '?flags=unit'],
  ['?src=pr&el=tree&filepath=src%2Fa.ts', '?filepath=src%2Fa.ts'],
  ['?setup_action=install&remove_pathrefix=x', ''],
  ['?flags=a%20b&flags=c', '?flags=a%20b&flags=c'],
  ['', ''],
])('of %s, %s is kept', (search, kept) => expect(withoutUsedUp(search)).toBe(kept));
