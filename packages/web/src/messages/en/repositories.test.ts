import { expect, test } from 'vitest';
import { REPOSITORIES } from './repositories.ts';

test('the name of an owner is a word of the shell that the command is pasted into, and runs nothing', () => {
  const command = REPOSITORIES.snippet('https://thatch.example', 'git', 'a;$(id)');
  expect(command).toContain(" --repo 'git/a;$(id)/<name>'");
});
