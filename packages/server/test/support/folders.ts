import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an empty folder that everybody may enter: Postgres, which does not run as root, may have to reach a data folder in it as another
 * user. Its path has no links.
 */
export function makeOpenFolder(prefix: string, parent: string = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(parent, prefix)));
  chmodSync(folder, 0o755);
  return folder;
}
