import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startInstance, type Instance } from './support/instance.ts';
import { run } from './support/run.ts';
import { readCommit } from './support/server-state.ts';

/*
 * upload-protocol §9 row 57: a real build with Vite and `@codecov/vite-plugin` 2.0.1, which sends the statistics of the bundle.
 */

const VITE = fileURLToPath(
  new URL('../bin/vite.js', import.meta.resolve('vite/package.json').replace('package.json', 'dist/')),
);
const PLUGIN = import.meta.resolve('@codecov/vite-plugin');

describe('row 57: the Vite plugin', () => {
  let instance: Instance;
  let token: string;
  let folder: string;
  beforeAll(async () => {
    instance = await startInstance();
    token = await instance.thatch('token', 'create', '--repo', 'gh/acme/web');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-bundle-')));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="/src/main.js"></script>\n');
    writeFileSync(join(folder, 'src/main.js'), 'document.title = "A page";\n');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await instance.remove();
  });

  function build(sha: string, uploadToken: string) {
    const options = {
      enableBundleAnalysis: true,
      bundleName: 'web',
      uploadToken,
      apiUrl: instance.url,
      gitService: 'github',
      telemetry: false,
      uploadOverrides: { sha, slug: 'acme/web', branch: 'main' },
    };
    writeFileSync(
      join(folder, 'vite.config.mjs'),
      `import { codecovVitePlugin } from '${PLUGIN}';\nexport default { plugins: [codecovVitePlugin(${JSON.stringify(options)})] };\n`,
    );
    return run(process.execPath, [VITE, 'build'], { folder });
  }

  test('sends its statistics and says so', async () => {
    const sha = '5e'.repeat(20);
    const ended = await build(sha, token);
    expect(ended.status, ended.text).toBe(0);
    expect(ended.text).toContain('Successfully uploaded stats for bundle: web');
    expect(await readCommit(instance, sha)).toMatchObject({
      branch: 'main',
      uploads: [{ kind: 'bundle_analysis', state: 'stored' }],
    });
  });

  test('lets the build go on when it is refused, and shows why', async () => {
    const sha = '5f'.repeat(20);
    const ended = await build(sha, '00000000-1111-4222-8333-444444444444');
    expect(ended.status, ended.text).toBe(0);
    expect(ended.text).toContain('bad response: "401 - Unauthorized"');
    expect(await readCommit(instance, sha)).toBeNull();
  });
});
