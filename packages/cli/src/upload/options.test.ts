import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { defineUpload } from '../commands/upload.ts';
import { helpText, readArguments } from './arguments.ts';
import { UPLOAD_OPTIONS, checkOptions, type OptionsResult, type RawOptions } from './options.ts';

/** As `thatch upload` reads them. */
function byCommander(words: readonly string[]): RawOptions {
  let raw: RawOptions | null = null;
  const command = new Command('upload');
  defineUpload(command, async (given) => {
    raw = given;
  });
  command.exitOverride().parse(words, { from: 'user' });
  if (raw === null) throw new Error('no action ran');
  return raw;
}

/** As the single file reads them. */
function bySingleFile(words: readonly string[]): RawOptions {
  const result = readArguments(words);
  if (result.kind !== 'options') throw new Error(JSON.stringify(result));
  return result.raw;
}

const check = (...words: readonly string[]): OptionsResult => checkOptions(bySingleFile(words));

describe('both ways of starting read the same', () => {
  test.each([
    [[]],
    [['a.xml', 'b.xml']],
    [['--url', 'http://x', '--token=abc', '--repo', 'gh/a/b']],
    [['--flag', 'a', '--flag=b', '--file', 'x', '--file', 'y', 'z', '--env', 'OS']],
    [['--wait']],
    [['--wait', '60']],
    [['--wait=60']],
    [['--wait', '--json']],
    [['--no-sources', '--quiet', '--strict', '--dry-run', '--wait-optional']],
    [['--build-url', 'https://ci/1', '--build', '1', '--name', 'with blanks', '--', '--odd-name.xml']],
    [['--url', 'a', '--url', 'b']],
  ])('%j', (words) => {
    expect(bySingleFile(words)).toEqual(byCommander(words));
  });

  test.each([[['--nope']], [['--url']], [['--quiet=1']]])('%j is refused by both', (words) => {
    expect(readArguments(words).kind).toBe('wrong');
    const command = new Command('upload').configureOutput({ writeErr: () => undefined }).exitOverride();
    defineUpload(command, async () => undefined);
    expect(() => command.parse(words, { from: 'user' })).toThrow();
  });

  test('every option is in the help of both', () => {
    const command = new Command('upload');
    defineUpload(command, async () => undefined);
    for (const { name, help } of UPLOAD_OPTIONS) {
      expect(helpText('thatch upload')).toMatch(new RegExp(`--${name}[ <[].*`));
      expect(command.helpInformation()).toContain(`--${name}`);
      expect(helpText('thatch upload')).toContain(help);
    }
  });
});

describe('checked options', () => {
  test('split flags at commas, and drop blanks', () => {
    expect(check('--flag', 'a, b', '--flag', ',')).toMatchObject({ ok: true, options: { flags: ['a', 'b'] } });
  });

  test('send sources unless told otherwise, and do not wait unless told to', () => {
    expect(check()).toMatchObject({
      ok: true,
      options: { sendsSources: true, waitSeconds: null, isLateAllowed: false },
    });
    expect(check('--no-sources', '--wait')).toMatchObject({
      ok: true,
      options: { sendsSources: false, waitSeconds: 300 },
    });
    expect(check('--wait-optional')).toMatchObject({ ok: true, options: { waitSeconds: 300, isLateAllowed: true } });
  });

  test('take words as files, beside --file', () => {
    expect(check('a.xml', '--file', 'b.xml')).toMatchObject({ ok: true, options: { files: ['b.xml', 'a.xml'] } });
  });

  test.each([
    ['--commit', 'main', 'hexadecimal'],
    ['--commit', 'abc', 'hexadecimal'],
    ['--pr', '#7', 'a number'],
    ['--wait', 'coverage.xml', 'seconds'],
    ['--build-url', 'javascript:x', 'web address'],
    ['--env', 'A=B', 'name of a variable'],
  ])('%s %s is refused, naming the option', (option, value, expected) => {
    const result = check(option, value);
    expect(result.ok ? '' : result.message).toMatch(new RegExp(`^${option} wants .*${expected}`));
  });
});
