import { PathFilter } from '@thatch/engine';

/** Files that no test can cover (upload-protocol §5.5), as the compatible system lists them. */
const BUILT_IN = [
  ...['*.cfg', '*.conf', '*.css', '*.csv', '*.db', '*.doc', '*.egg', '*.env', '*.git', '*.html', '*.htmlypertext'],
  ...['*.ini', '*.jar*', '*.jpeg', '*.jpg', '*.jsonipt', '*.mak*', '*.md', '*.pdf', '*.png', '*.ppt', '*.svg'],
  ...['*.tar.tz', '*.template', '*.txt', '*.whl', '*.xls', '*.xml', '*.yaml', '*.yml'],
];

/** The changed files that tests may cover: neither of the built-in list nor ignored by the yaml's `ignore`. */
export function testableFiles(paths: readonly string[], ignore: readonly string[]): string[] {
  // A filter without a pattern ignores nothing.
  const filter = new PathFilter(
    ignore.map((pattern) => (pattern.startsWith('!') ? pattern.slice(1) : `!${pattern}`)),
    'strict',
  );
  return paths.filter((path) => !isBuiltIn(path) && filter.decide(path).isWanted);
}

/** The stars of the list stand for any text, folders included. */
function isBuiltIn(path: string): boolean {
  return BUILT_IN.some((pattern) => {
    const word = pattern.slice(1);
    return word.endsWith('*') ? path.includes(word.slice(0, -1)) : path.endsWith(word);
  });
}
