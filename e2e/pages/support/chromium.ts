import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The browser of this machine, or why there is none. */
export type ChromiumFound =
  | { readonly kind: 'found'; readonly program: string }
  | { readonly kind: 'absent'; readonly why: string };

const USUAL = '/usr/bin/chromium';

/** Finds Chromium: the program that `CHROMIUM` names, else the one of Debian. */
export function findChromium(): ChromiumFound {
  const program = process.env['CHROMIUM'] ?? USUAL;
  if (existsSync(program)) return { kind: 'found', program };
  return { kind: 'absent', why: `there is no Chromium at ${program}: install it, or say where it is with CHROMIUM` };
}

/** Starts it, headless. Its sandbox needs an ordinary user, or rights that containers do not give to root. */
export function launchChromium(program: string, words: readonly string[] = []): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: program, args: [...(isRoot ? ['--no-sandbox'] : []), ...words] });
}
