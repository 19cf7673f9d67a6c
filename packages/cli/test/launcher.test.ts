import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProjectNode, isProjectNode } from '../bin/project-node.mjs';
import manifest from '../package.json' with { type: 'json' };

const BIN = join(import.meta.dirname, '../bin');
const THATCH = join(BIN, 'thatch.mjs');

/** A Node of the machine that is not the project's, as most people have one. */
const SYSTEM_NODE = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path));

let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'thatch-launcher-'));
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

function run(command: string, commandArguments: readonly string[]): { child: ChildProcess; ended: Promise<Ending> } {
  const child = spawn(command, commandArguments, { cwd: scratch, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, output, errors }) as Ending);
  return { child, ended };
}

/** Runs a program under the project's Node through the launcher, which itself runs under this Node. */
function launch(program: string): ReturnType<typeof run> {
  const launcher = `import { runUnderProjectNode } from ${JSON.stringify(join(BIN, 'project-node.mjs'))};
    runUnderProjectNode(['--input-type=module', '-e', ${JSON.stringify(program)}]);`;
  return run(process.execPath, ['--input-type=module', '-e', launcher]);
}

describe('the launcher', () => {
  test.each([
    ['26.10.0', true],
    ['26.11.1', true],
    ['27.0.0', true],
    ['26.9.9', false],
    ['24.21.0', false],
    ['20.20.2', false],
  ])('knows whether Node %s can run the sources: %s', (version, expected) => {
    expect(isProjectNode(version)).toBe(expected);
  });

  test("finds the project's own Node, and says in one sentence why there is none", () => {
    expect(findProjectNode()).toEqual({ path: expect.stringMatching(/node_modules.*bin.node$/) });
    expect(findProjectNode('win32-x64').missing).toContain('win32-x64');
  });

  test('passes the exit status on', async () => {
    expect(await launch('process.exit(7)').ended).toMatchObject({ status: 7 });
  });

  test('dies of the signal that its child died of', async () => {
    expect(await launch('process.kill(process.pid, "SIGKILL")').ended).toMatchObject({
      status: null,
      signal: 'SIGKILL',
    });
  });

  test('passes output and input through', async () => {
    const { child, ended } = launch('process.stdin.pipe(process.stdout)');
    child.stdin?.end('through');
    expect(await ended).toMatchObject({ status: 0, output: 'through' });
  });

  test('hands a signal on once when it comes twice at once', async () => {
    const { child, ended } = launch(`
      let count = 0;
      process.on('SIGINT', () => console.log('SIGINT ' + ++count));
      process.on('SIGTERM', () => process.exit(0));
      setInterval(() => {}, 1000);
      console.log('listening');
    `);
    const output = child.stdout as NodeJS.ReadableStream;
    await once(output, 'data');
    child.kill('SIGINT');
    await once(output, 'data');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect((await ended).output).toBe('listening\nSIGINT 1\n');
  });

  test.runIf(SYSTEM_NODE !== undefined)(
    "starts the command under the project's Node, also through a link and from any folder",
    async () => {
      const link = join(scratch, 'thatch');
      symlinkSync(THATCH, link);
      expect(await run(SYSTEM_NODE as string, [link, '--version']).ended).toMatchObject({
        status: 0,
        output: `${manifest.version}\n`,
        errors: '',
      });
    },
  );

  test.runIf(SYSTEM_NODE !== undefined)('without an installation it says so in one line and ends with 78', async () => {
    cpSync(BIN, join(scratch, 'bin'), { recursive: true });
    const { status, errors } = await run(SYSTEM_NODE as string, [join(scratch, 'bin', 'thatch.mjs'), 'serve']).ended;
    expect(isProjectNode() && status).toBe(78);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).toContain('npm ci');
  });
});

describe('the command', () => {
  test.each([[['--help']], [['help']]])('lists the commands: %s', async (commandArguments) => {
    const { status, output } = await run(process.execPath, [THATCH, ...commandArguments]).ended;
    expect(status).toBe(0);
    expect(output).toMatch(/serve +run the whole of Thatch/);
  });

  test.each([[['serve', '--help']], [['help', 'serve']]])(
    'explains the options of one: %s',
    async (commandArguments) => {
      const { status, output } = await run(process.execPath, [THATCH, ...commandArguments]).ended;
      expect(status).toBe(0);
      for (const option of ['--data-dir', '--port', '--host', '--log-format']) expect(output).toContain(option);
    },
  );

  test.each([[['serve', '--port', 'x']], [['serve', '--port', '70000']], [['serve', '--wrong']], [['nonsense']]])(
    'refuses %s',
    async (commandArguments) => {
      const { status, errors } = await run(process.execPath, [THATCH, ...commandArguments]).ended;
      expect(status).toBe(1);
      expect(errors).toMatch(/^error: /);
    },
  );
});
