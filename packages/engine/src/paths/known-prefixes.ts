/**
 * What build machines put before repository paths, and what is never part of a repository (report-model §7.3). Used only where no
 * list of the repository's files is known. All patterns are anchored at the start and ignore case; none repeats a repetition, so
 * each reads a path a fixed number of times.
 */

/** Removes one known prefix. A path that is known not to belong to a repository gives null. */
export function removeKnownPrefix(path: string): string | null {
  const prefix = PREFIX.exec(path);
  if (prefix !== null) return path.slice(prefix[0].length);
  return FOREIGN.test(path) || hasForeignFolders(path) ? null : path;
}

/** GitHub Actions' work folder, of which the compatible list cuts only the first half [better]. */
export function removeActionsPrefix(path: string): string {
  const match = /^home\/runner\/work\/([^/]+)\/\1\//.exec(path);
  return match === null ? path : path.slice(match[0].length);
}

/** Tried in order; the first that fits is cut, once. */
const PREFIX = anyOf([
  String.raw`(?:home|users)/travis/build/[^/]+/[^/]+/`,
  String.raw`(?:.*/)?jenkins/jobs/[^/]+/workspace/`,
  String.raw`(?:.*/)?jenkins/workspace/[^/]+/`,
  String.raw`users/distiller/[^/]+/`,
  String.raw`home/[^/]+/src/[^/]+/[^/]+/[^/]+/`,
  // Only a user's own folder: `builds/worker/workspace/…` and `D:/Build/workspace/…` are left alone (observed).
  String.raw`(?:home|users)/[^/]+/workspace/[^/]+/[^/]+/`,
  String.raw`home/circleci/(?:code|repo)/`,
  String.raw`pipeline/source/`,
  String.raw`var/snap-ci/repo/`,
  String.raw`(?:.*/src/)?github\.com/[^/]+/[^/]+/`,
  String.raw`home/ubuntu/[^/]+/`,
  String.raw`build/lib\.[^/]+/`,
  String.raw`.*\.egg/`,
  String.raw`.*/site-packages/`,
  String.raw`usr/local/lib/[^/]+/dist-packages/`,
  String.raw`home/[^/]+/[^/]+/[^/]+/`,
  String.raw`users/[^/]+/projects/[^/]+/`,
  String.raw`[a-z]:/repos/[^/]+/[^/]+/`,
  // AppVeyor's folder. Deeper ones stay: `C:/Users/x/Documents/Projects/p/…` loses its drive only (observed).
  String.raw`[a-z]:/projects/[^/]+/`,
  String.raw`[a-z]:/_build/github/[^/]+/`,
  String.raw`[a-z]:/`,
]);

const FOREIGN = anyOf([
  String.raw`vendor/src/`,
  String.raw`usr/include/`,
  String.raw`node_modules/`,
  String.raw`bower_components/`,
  String.raw`(?:.*/)?target/generated-sources/`,
  String.raw`(?:.*/)?\.phpenv/`,
  String.raw`(?:.*/)?lib/clang/`,
  String.raw`.*[<>]`,
  // Virtual environments: `venv`, `.env`, `virtualenvs-3.9` …
  String.raw`\.?v?(?:irtual)?envs?(?:-[^/]*)?/.*\.py$`,
  String.raw`(?:.*/)?handlebars[^/]*/dist/`,
  String.raw`.*/iphonesimulator[^/]*\.(?:platform|sdk)/`,
  String.raw`.*/xcode[^/]*\.app/contents/developer/`,
  String.raw`opt/.*/dist-packages/`,
  String.raw`.*/mac-coverage/build/src/`,
]);

/** Folders that mean generated or foreign code when one lies somewhere below the other. */
const FOREIGN_FOLDERS: readonly (readonly [above: string, below: string])[] = [
  ['/slather/', '/fixtures/'],
  ['/reactivecocoa/', '/derivedsources/'],
  ['/reactivecocoa/', '/deriveddata/'],
  ['/derivedsources/', '/reactivecocoa/'],
  ['/deriveddata/', '/reactivecocoa/'],
];

/** By searching, as two wildcards in one expression would take the square of a long path's length. */
function hasForeignFolders(path: string): boolean {
  if (!/slather|reactivecocoa/i.test(path)) return false;
  const folders = `/${path.toLowerCase()}`;
  return FOREIGN_FOLDERS.some(([above, below]) => {
    const at = folders.indexOf(above);
    return at >= 0 && folders.includes(below, at + above.length - 1);
  });
}

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})`, 'is');
}
