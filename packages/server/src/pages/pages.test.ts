import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pages } from './pages.ts';
import { buildOf } from './sources.ts';

/** A build that is a process of its own, as the real one, but writes four small files. */
const BUILD = `
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const out = option('--out');
mkdirSync(join(out, 'assets'), { recursive: true });
writeFileSync(join(out, 'index.html'), '<div id="root"></div>');
writeFileSync(join(out, 'assets/index.js'), 'console.log(1)');
writeFileSync(join(out, 'manifest.json'), '{}');
writeFileSync(join(out, 'build.json'), JSON.stringify({ key: option('--key') }));
console.log('1 file is built');
`;

let folder: string;
let web: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'thatch-pages-')));
  web = join(folder, 'packages/web');
  mkdirSync(join(web, 'src'), { recursive: true });
  writeFileSync(join(web, 'src/main.tsx'), 'first');
  writeFileSync(join(web, 'build.ts'), BUILD);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function makePages(said: string[] = [], dist = join(web, 'dist')): Pages {
  return new Pages({
    log: pino({ level: 'info' }, { write: (line: string) => said.push(line) }),
    spare: join(folder, 'spare'),
    find: () => ({ dist, build: buildOf(web) }),
  });
}

async function prepared(said?: string[], dist?: string): Promise<Pages> {
  const pages = makePages(said, dist);
  await pages.prepare();
  return pages;
}

describe('the interface', () => {
  test('is built when it is missing, in a process of its own', async () => {
    const said: string[] = [];
    const pages = makePages(said);
    expect(pages.state.kind).toBe('absent');
    const preparing = pages.prepare();
    expect(pages.build).toBe('');
    await preparing;
    expect(pages.state).toMatchObject({ kind: 'ready', built: { html: '<div id="root"></div>' } });
    expect(pages.build).toBe(buildOf(web)!.key.slice(0, 12));
    expect(said.join('')).toContain('1 file is built');
  });

  test('is built without what only the server may know', async () => {
    appendFileSync(join(web, 'build.ts'), "console.log(`told ${Object.keys(process.env).join(' ')}`);\n");
    vi.stubEnv('SUPER_API_TOKEN', 'a secret');
    const said: string[] = [];
    await prepared(said);
    vi.unstubAllEnvs();
    expect(said.join('')).toContain('PATH');
    expect(said.join('')).not.toContain('SUPER_API_TOKEN');
  });

  test('is built again when what is there is incomplete', async () => {
    await prepared();
    rmSync(join(web, 'dist/manifest.json'));
    const said: string[] = [];
    expect((await prepared(said)).state.kind).toBe('ready');
    expect(said.join('')).toContain('could not be read');
  });

  test('is not built again while its sources are the same', async () => {
    await prepared();
    const said: string[] = [];
    const pages = await prepared(said);
    expect(pages.state.kind).toBe('ready');
    expect(said).toEqual([]);
  });

  test('is built again when a source, but not when a test of it, changed', async () => {
    const { build } = await prepared();
    writeFileSync(join(web, 'src/main.test.ts'), 'a test');
    expect((await prepared()).build).toBe(build);
    appendFileSync(join(web, 'src/main.tsx'), ' and more');
    const again = await prepared();
    expect(again.state.kind).toBe('ready');
    expect(again.build).not.toBe(build);
  });

  test('is built again when what it uses changed', async () => {
    const { build } = await prepared();
    writeFileSync(join(folder, 'package-lock.json'), '{"other": "versions"}');
    expect((await prepared()).build).not.toBe(build);
  });

  test('is built elsewhere where its folder cannot be written, and found there again', async () => {
    const dist = join(folder, 'nowhere/dist');
    const first = await prepared([], dist);
    expect(first.state.kind).toBe('ready');
    const said: string[] = [];
    expect((await prepared(said, dist)).build).toBe(first.build);
    expect(said).toEqual([]);
  });

  test('is absent when the build fails, with the line that says why', async () => {
    writeFileSync(
      join(web, 'build.ts'),
      `console.error('Build failed with 1 error:\\n\\x1b[31m[UNRESOLVED_IMPORT]\\x1b[0m no such file\\n  at src');
       process.exitCode = 1;`,
    );
    const said: string[] = [];
    const pages = await prepared(said);
    expect(pages.state).toEqual({ kind: 'absent', reason: '[UNRESOLVED_IMPORT] no such file' });
    expect(said.at(-1)).toContain('could not be built');
    expect(said.join('')).not.toContain('\\u001b');
  });

  test('is absent when the build leaves nothing', async () => {
    writeFileSync(join(web, 'build.ts'), '');
    expect((await prepared()).state).toEqual({ kind: 'absent', reason: 'The build left nothing behind.' });
  });

  test('of a release is shown as it is', async () => {
    await prepared();
    const find = () => ({ dist: join(web, 'dist'), build: null });
    const pages = new Pages({ log: pino({ level: 'silent' }), spare: '/nonexistent', find });
    await pages.prepare();
    expect(pages.state.kind).toBe('ready');
  });

  test('is absent where there is none and none can be built', async () => {
    const log = pino({ level: 'silent' });
    const none = new Pages({ log, spare: '/nonexistent', find: () => null });
    await none.prepare();
    expect(none.state).toEqual({ kind: 'absent', reason: 'This installation has no interface.' });
    const empty = new Pages({ log, spare: '/nonexistent', find: () => ({ dist: join(folder, 'empty'), build: null }) });
    await empty.prepare();
    expect(empty.state).toMatchObject({ kind: 'absent', reason: expect.stringContaining('no built interface') });
  });

  test('ends its build with the server', async () => {
    writeFileSync(join(web, 'build.ts'), 'console.log("begun"); setInterval(() => {}, 1000);');
    const begun = Promise.withResolvers<void>();
    const pages = new Pages({
      log: pino({ level: 'info' }, { write: (line: string) => line.includes('"begun"') && begun.resolve() }),
      spare: join(folder, 'spare'),
      find: () => ({ dist: join(web, 'dist'), build: buildOf(web) }),
    });
    const preparing = pages.prepare();
    await begun.promise;
    expect(pages.state.kind).toBe('building');
    pages.close();
    await preparing;
  });
});
