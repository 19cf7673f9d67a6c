import { describe, expect, test } from 'vitest';
import { formatBytes, openTerminal, printable, type Output, type Terminal } from './terminal.ts';

interface Written {
  readonly terminal: Terminal;
  readonly standard: () => string;
  readonly error: () => string;
}

function open(isTTY: boolean, environment: Record<string, string> = {}, isQuiet = false): Written {
  const texts = { standard: '', error: '' };
  const output = (name: 'standard' | 'error'): Output => ({
    isTTY,
    columns: 40,
    write: (text) => (texts[name] += text),
  });
  const terminal = openTerminal({
    standard: output('standard'),
    error: output('error'),
    environment,
    isQuiet,
    secrets: [null, '', 'se/cr"et'],
  });
  return { terminal, standard: () => texts.standard, error: () => texts.error };
}

describe('the terminal', () => {
  test('has colours and a moving line for people', () => {
    const { terminal, error } = open(true);
    terminal.progress('working');
    terminal.step('done');
    expect(error()).toBe('\r\u001b[K\u001b[2m… working\u001b[22m\r\u001b[K\u001b[32m✓\u001b[39m done\n');
    expect(terminal.paint.bold('x')).toBe('\u001b[1mx\u001b[22m');
  });

  test('has neither in a log', () => {
    const { terminal, error } = open(false);
    terminal.progress('working');
    terminal.step('done');
    terminal.error('bad', 'Do this.');
    expect(error()).toBe('✓ done\n✗ bad\n  Do this.\n');
    expect(terminal.paint.bold('x')).toBe('x');
  });

  test.each(['NO_COLOR', 'TERM'])('has no colours with %s', (name) => {
    const { terminal, error } = open(true, { [name]: 'dumb' });
    terminal.notice('x');
    expect(error()).toBe('! x\n');
  });

  test('keeps warnings and errors when it is quiet', () => {
    const { terminal, error } = open(true, { TERM: 'dumb' }, true);
    terminal.step('a');
    terminal.progress('b');
    terminal.notice('c');
    terminal.error('d');
    expect(error()).toBe('! c\n✗ d\n');
  });

  test('hides a secret as it is, in a URL, in JSON and as Basic', () => {
    const { terminal, standard } = open(false);
    const basic = Buffer.from(':se/cr"et').toString('base64');
    terminal.result(`se/cr"et ${encodeURIComponent('se/cr"et')} ${JSON.stringify('se/cr"et')} ${basic}`);
    expect(standard()).toBe('**** **** "****" ****');
  });
});

test('text from outside becomes one line without control characters', () => {
  expect(printable(' a\u001b[31mb\r\nc\u0000\u202ed\u2028e ')).toBe('a [31mb c d e');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [48_211, '48.2 kB'],
  [3_400_000, '3.4 MB'],
])('%d bytes are %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});
