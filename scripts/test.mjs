// Runs the tests under the project's own Node, whatever Node npm runs on. Arguments go to vitest: npm test -- packages/engine -t lcov
// The last line is always "N passed, N failed".
import { fileURLToPath } from 'node:url';
import { isProjectNode, runUnderProjectNode } from '../packages/cli/bin/project-node.mjs';

const self = fileURLToPath(import.meta.url);

if (isProjectNode()) await runTests(process.argv.slice(2));
else runUnderProjectNode([self, ...process.argv.slice(2)]);

async function runTests(testArguments) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  const { parseCLI, startVitest } = await import('vitest/node');
  const { filter, options } = parseCLI(['vitest', 'run', ...testArguments]);
  const vitest = await startVitest('test', filter, { ...options, watch: false });
  const { passed, failed } = count(vitest);
  await vitest.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

// What went wrong outside of a test (a file that cannot be loaded, an error that nobody caught) counts as a failure too.
function count(vitest) {
  let passed = 0;
  let failed = vitest.state.getUnhandledErrors().length;
  for (const module of vitest.state.getTestModules()) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed++;
      if (state === 'failed') failedHere++;
    }
    failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
  }
  return { passed, failed };
}
