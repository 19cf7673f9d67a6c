import { PassThrough, Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { askNewPassword, readPassword } from './password.ts';

const pipe = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

describe('from a pipe', () => {
  test.each([
    ['secret words\n', 'secret words'],
    ['secret\r\n', 'secret'],
    ['two\n\n', 'two\n'],
    [' blanks count ', ' blanks count '],
  ])('%j is the password %j', async (text, password) => {
    expect(await readPassword(pipe(text))).toEqual({ kind: 'password', password });
  });

  test('nothing, and more than a password, are refused', async () => {
    expect((await readPassword(pipe())).kind).toBe('none');
    expect((await readPassword(pipe('\n'))).kind).toBe('none');
    expect((await readPassword(pipe('x'.repeat(3000), 'x'.repeat(3000)))).kind).toBe('none');
  });
});

describe('at a terminal', () => {
  /** A terminal whose keys are typed beforehand, and what it shows. */
  function terminal(...keys: string[]) {
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      modes: [] as boolean[],
      setRawMode(mode: boolean) {
        this.modes.push(mode);
        return this;
      },
    });
    for (const key of keys) input.write(key);
    const shown: string[] = [];
    const echoed: string[] = [];
    const output = {
      write: (text: string) => {
        // A terminal shows what is typed while it is not in raw mode.
        if (text.includes(':') && input.modes.at(-1) !== true) echoed.push(text);
        return shown.push(text);
      },
    };
    return { input, shown, echoed, answer: () => askNewPassword(input as unknown as ReadStream, output) };
  }

  test('it is typed twice and never shown', async () => {
    const { input, shown, echoed, answer } = terminal('secrex\u007ft\r');
    const asked = answer();
    input.on('pause', () => input.write('secret\r'));
    expect(await asked).toEqual({ kind: 'password', password: 'secret' });
    expect(shown.join('')).not.toContain('secre');
    expect(echoed).toEqual([]);
    expect(input.modes.at(-1)).toBe(false);
  });

  test('two different ones are refused', async () => {
    const { input, answer } = terminal('secret\r');
    input.once('pause', () => input.write('other\r'));
    expect(await answer()).toEqual({ kind: 'none', reason: 'the two passwords differ' });
  });

  test('Ctrl-C ends the asking and gives the terminal back', async () => {
    const { input, answer } = terminal('sec\u0003');
    expect((await answer()).kind).toBe('none');
    expect(input.modes.at(-1)).toBe(false);
  });

  test('without a terminal the way out is named', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: false });
    const answer = await askNewPassword(input as unknown as ReadStream, { write: () => true });
    expect(answer).toMatchObject({ kind: 'none', reason: expect.stringContaining('--password-stdin') });
  });
});
