#!/usr/bin/env node
// Finds the project's own Node, then starts the command under it. Plain JavaScript: the machine's Node may be as old as 20.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProjectNode, runUnderProjectNode } from './project-node.mjs';

// npx and .bin start this file through a link; the sources lie beside its real place.
const self = realpathSync(fileURLToPath(import.meta.url));

if (isProjectNode()) {
  const { enableCompileCache } = await import('node:module');
  // The cache also keeps the text with types stripped: a later start then costs as little as one from built files.
  enableCompileCache(join(dirname(self), '..', '..', '..', 'node_modules', '.cache', 'thatch'));
  await import('../src/main.ts');
} else {
  runUnderProjectNode([self, ...process.argv.slice(2)]);
}
