import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';
import { findProjectNode, isProjectNode } from './packages/cli/bin/project-node.mjs';

// Whoever calls vitest itself (an editor, a person) does so under the system's Node: start over under the project's.
if (!isProjectNode()) {
  const { path, missing } = findProjectNode();
  if (path === undefined) throw new Error(missing);
  process.exit(spawnSync(path, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);
}

// A default export is what vitest reads.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    pool: 'forks',
    // Postgres and the servers under test want processors too.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['packages/engine/{src,node,test}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['packages/{server,cli,web}/{src,test}/**/*.test.ts', '{bench,scripts}/**/*.test.ts'],
          globalSetup: ['packages/server/test/support/cluster-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/*.test.ts'],
          globalSetup: ['e2e/support/python-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          // A whole browser, a server and a database share two processors: one more try, which the report names.
          retry: process.env['CI'] === undefined ? 0 : 1,
          include: ['e2e/pages/**/*.test.ts'],
          globalSetup: ['e2e/pages/support/pages-setup.ts'],
          // A poll may be the first to wait for a page: as long as windows wait for everything else.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
