import type { TestProject } from 'vitest/node';
import { buildInterface } from './built-interface.ts';
import { findChromium, type ChromiumFound } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: ChromiumFound;
    /** Folder of the interface that the servers under test show. */
    interfaceFolder: string;
  }
}

/**
 * Builds the interface once for all tests of pages, unless these sources were built before. `THATCH_TEST_INTERFACE` names a built one to be
 * tested instead, such as that of a release.
 */
export async function setup(project: TestProject): Promise<void> {
  const found = findChromium();
  if (found.kind === 'absent') console.warn(`Skipped: the tests of the pages, as ${found.why}.`);
  project.provide('chromium', found);
  const given = process.env['THATCH_TEST_INTERFACE'];
  project.provide('interfaceFolder', given ?? (await buildInterface()));
}
