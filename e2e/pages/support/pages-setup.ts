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

/** Builds the interface once for all tests of pages, unless these sources were built before. */
export async function setup(project: TestProject): Promise<void> {
  const found = findChromium();
  if (found.kind === 'absent') console.warn(`Skipped: the tests of the pages, as ${found.why}.`);
  project.provide('chromium', found);
  project.provide('interfaceFolder', found.kind === 'found' ? await buildInterface() : '');
}
