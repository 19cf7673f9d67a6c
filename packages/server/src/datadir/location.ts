import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of the data folder: what was asked for (`--data-dir`, `THATCH_DATA_DIR`, `thatch.data_dir`), else `data` in
 * the clone. A relative path that was typed counts from the caller's folder, as in every other command; the default never does,
 * so that `npm start` and `npx thatch` from any folder find the same data.
 */
export function locateDataFolder(requested: string | undefined, callersFolder: string = originalFolder()): string {
  if (requested === undefined || requested === '') return join(workspaceRoot(), 'data');
  return isAbsolute(requested) ? resolve(requested) : resolve(callersFolder, requested);
}

/** The folder of the clone: the nearest one upwards from the sources whose `package.json` has workspaces. */
export function workspaceRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  let folder = start;
  for (;;) {
    if (hasWorkspaces(join(folder, 'package.json'))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return process.cwd();
    folder = parent;
  }
}

// npm runs scripts in the folder of the package and keeps the caller's in INIT_CWD; elsewhere that variable is a stranger's.
function originalFolder(): string {
  const folder = process.cwd();
  return folder === workspaceRoot() ? (process.env['INIT_CWD'] ?? folder) : folder;
}

function hasWorkspaces(path: string): boolean {
  if (!existsSync(path)) return false;
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'workspaces' in manifest;
}
