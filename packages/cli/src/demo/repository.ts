import { cpSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type RunOptions } from './programs.ts';

/** A commit of the demo: a folder of `packages/cli/demo` that is laid over what was there. */
export interface Step {
  readonly folder: string;
  readonly branch: string;
  readonly message: string;
}

export const STEPS: readonly Step[] = [
  { folder: '1-squares', branch: 'main', message: 'Measure squares' },
  { folder: '2-triangles', branch: 'main', message: 'Tell kinds of triangles apart' },
  { folder: '3-totals', branch: 'main', message: 'Sum areas up in Python' },
  { folder: '4-rounding', branch: 'rounding', message: 'Round areas' },
];

const SOURCES = fileURLToPath(new URL('../../demo/', import.meta.url));
const PERSON = { NAME: 'Dora Demo', EMAIL: 'dora@demo.example' };

/** Makes the empty repository. */
export async function initRepository(options: RunOptions): Promise<void> {
  await run(['git', 'init', '--quiet', '--initial-branch=main'], options);
}

/** Makes the commit of a step and leaves it checked out; gives its sha. */
export async function commitStep(step: Step, options: RunOptions): Promise<string> {
  const { folder } = options;
  const current = await run(['git', 'symbolic-ref', '--short', 'HEAD'], options);
  if (current.trim() !== step.branch) await run(['git', 'switch', '--quiet', '--create', step.branch], options);
  cpSync(join(SOURCES, step.folder), folder, { recursive: true });
  // Under its own name it would hide files of this repository.
  if (existsSync(join(folder, 'gitignore'))) renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  await run(['git', 'add', '--all'], options);
  const environment = {
    GIT_AUTHOR_NAME: PERSON.NAME,
    GIT_AUTHOR_EMAIL: PERSON.EMAIL,
    GIT_COMMITTER_NAME: PERSON.NAME,
    GIT_COMMITTER_EMAIL: PERSON.EMAIL,
  };
  await run(['git', 'commit', '--quiet', '--message', step.message], { ...options, environment });
  return (await run(['git', 'rev-parse', 'HEAD'], options)).trim();
}
