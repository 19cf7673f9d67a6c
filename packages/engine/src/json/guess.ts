import type { JsonEntry, JsonTop } from '../formats/format.ts';

/**
 * What a JSON document that is no readable coverage report seems to be, as the end of "It looks like …", with the way out where there
 * is one (report-formats §4.4, §7). Null when nothing known fits.
 */
export function guessJson(top: JsonTop): string | null {
  if (top.entries.length === 0) return top.type === 'object' ? 'an empty JSON object' : 'an empty JSON list';
  const keys = new Set(top.entries.map((entry) => entry.key));
  const first = top.entries[0];
  const found = (top.type === 'object' ? KINDS : LIST_KINDS).find((kind) => kind.fits(keys, first, top.entries));
  if (found !== undefined) return found.name;
  return top.damage === null ? null : `JSON that ${DAMAGE[top.damage.kind]} at byte ${top.damage.byte}`;
}

const DAMAGE = { truncated: 'breaks off', invalid: 'is damaged', too_deep: 'is nested too deep' };

interface Kind {
  readonly name: string;
  fits(keys: ReadonlySet<string>, first: JsonEntry, entries: readonly JsonEntry[]): boolean;
}

const KINDS: readonly Kind[] = [
  {
    name: 'an Istanbul coverage summary, which has totals but no lines: add the reporter "json" or "lcov" and upload that',
    fits: (_keys, first) => first.keys.includes('lines') && first.keys.includes('statements'),
  },
  {
    name: 'the summary of SimpleCov’s last run: upload coverage/.resultset.json',
    fits: (keys, first, entries) =>
      keys.has('result') && entries.length === 1 && hasAny(first.keys, ['line', 'covered_percent']),
  },
  {
    name: 'raw V8 coverage: turn it into a report with "c8 report --reporter=lcov"',
    fits: (keys) => keys.has('result') && (keys.has('source-map-cache') || keys.has('timestamp')),
  },
  { name: 'test results', fits: (keys) => hasAny(keys, ['numTotalTests', 'testResults', 'numFailedTests']) },
  {
    name: 'test results',
    fits: (keys) => keys.has('stats') && hasAny(keys, ['tests', 'results', 'suites', 'failures']),
  },
  { name: 'test results', fits: (keys) => keys.has('suites') && hasAny(keys, ['config', 'errors']) },
  { name: 'test results', fits: (keys) => keys.has('tests') && hasAny(keys, ['summary', 'exitcode', 'duration']) },
  { name: 'a lock file of packages', fits: (keys) => hasAny(keys, ['lockfileVersion', 'packages-dev', '_meta']) },
  {
    name: 'a package manifest',
    fits: (keys) => hasAny(keys, ['dependencies', 'devDependencies', 'autoload', 'require-dev']),
  },
  {
    name: 'statistics of a bundler',
    fits: (keys) => keys.has('assetsByChunkName') || (keys.has('modules') && keys.has('chunks')),
  },
  { name: 'statistics of a bundler', fits: (keys) => keys.has('inputs') && keys.has('outputs') },
  { name: 'statistics of a bundler', fits: (keys) => keys.has('nodeParts') && keys.has('nodeMetas') },
  { name: 'a source map', fits: (keys) => keys.has('mappings') && keys.has('sources') },
  { name: 'findings of a linter (SARIF)', fits: (keys) => keys.has('runs') && hasAny(keys, ['$schema', 'version']) },
  { name: 'a configuration file of TypeScript', fits: (keys) => keys.has('compilerOptions') },
  { name: 'a JSON schema', fits: (keys) => keys.has('$schema') && keys.has('properties') },
];

const LIST_KINDS: readonly Kind[] = [
  {
    name: 'findings of a linter',
    fits: (_keys, first) => first.keys.includes('filePath') && first.keys.includes('messages'),
  },
  {
    name: 'test results of Cucumber',
    fits: (_keys, first) => first.keys.includes('elements') && first.keys.includes('uri'),
  },
];

function hasAny(keys: ReadonlySet<string> | readonly string[], names: readonly string[]): boolean {
  return names.some((name) => (keys instanceof Set ? keys.has(name) : [...keys].includes(name)));
}
