import type { ReadStream } from 'node:tty';

/** Where a password comes from. */
export type PasswordAnswer =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'none'; readonly reason: string };

const MOST_BYTES = 4096;

/** Reads a password from a pipe, for `--password-stdin`: everything up to the end, without one final line break. */
export async function readPassword(input: AsyncIterable<Uint8Array>): Promise<PasswordAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MOST_BYTES) return { kind: 'none', reason: 'standard input holds more than a password' };
    chunks.push(chunk);
  }
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  return password === '' ? { kind: 'none', reason: 'standard input is empty' } : { kind: 'password', password };
}

/** Asks twice for a new password at a terminal, without showing it. */
export async function askNewPassword(
  input: ReadStream,
  output: { write(text: string): unknown },
): Promise<PasswordAnswer> {
  if (!input.isTTY) {
    return { kind: 'none', reason: 'there is no terminal to ask at; pipe the password in with --password-stdin' };
  }
  const first = await askHidden(input, output, 'Password: ');
  const second = first === null ? null : await askHidden(input, output, 'Again: ');
  if (first === null || second === null) return { kind: 'none', reason: 'no password was given' };
  if (first !== second) return { kind: 'none', reason: 'the two passwords differ' };
  return { kind: 'password', password: first };
}

const ENTER = new Set(['\r', '\n']);
const END = new Set(['\u0003', '\u0004']);
const ERASE = new Set(['\u007f', '\b']);

/** What was typed before Enter; null after Ctrl-C or Ctrl-D. */
function askHidden(
  input: ReadStream,
  output: { write(text: string): unknown },
  question: string,
): Promise<string | null> {
  // Before the question: who answers at once must not see it echoed.
  input.setRawMode(true).setEncoding('utf8').resume();
  output.write(question);
  const typed: string[] = [];
  return new Promise((resolve) => {
    const finish = (answer: string | null): void => {
      input.off('data', take).setRawMode(false).pause();
      output.write('\n');
      resolve(answer);
    };
    const take = (text: string | Buffer): void => {
      for (const character of String(text)) {
        if (ENTER.has(character)) return finish(typed.join(''));
        if (END.has(character)) return finish(null);
        if (ERASE.has(character)) typed.pop();
        else typed.push(character);
      }
    };
    input.on('data', take);
  });
}
