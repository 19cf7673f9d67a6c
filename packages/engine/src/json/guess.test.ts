import { expect, test } from 'vitest';
import { readJson } from '../../test/support/read-json.ts';

const summary = { lines: { total: 1 }, statements: { total: 1 }, functions: {}, branches: {} };

test.each<[string, unknown, RegExp]>([
  ['an npm manifest', { name: 'x', dependencies: {} }, /package manifest/],
  ['an npm lock file', { name: 'x', lockfileVersion: 3, packages: {} }, /lock file/],
  ['a Composer manifest', { require: {}, autoload: {} }, /package manifest/],
  ['results of Jest', { numTotalTests: 1, testResults: [] }, /test results/],
  ['results of Mocha', { stats: {}, tests: [], failures: [] }, /test results/],
  ['results of Playwright', { config: {}, suites: [], errors: [] }, /test results/],
  ['results of Cucumber', [{ uri: 'a.feature', elements: [] }], /test results of Cucumber/],
  ['statistics of webpack', { assetsByChunkName: {}, modules: [] }, /bundler/],
  ['statistics of esbuild', { inputs: {}, outputs: {} }, /bundler/],
  ['a source map', { version: 3, sources: [], mappings: 'AAAA' }, /source map/],
  ['findings of ESLint', [{ filePath: '/a.js', messages: [] }], /linter/],
  ['raw V8 coverage', { result: [], timestamp: 1 }, /V8 coverage.*c8 report/],
  ['the last run of SimpleCov', { result: { line: 90.1 } }, /SimpleCov.*resultset/],
  ['a summary of Istanbul', { total: summary, '/a.js': summary }, /coverage summary.*reporter "json"/],
  ['nothing at all', {}, /empty JSON object/],
])('%s is named, and called no coverage report', async (_name, report, guess) => {
  const { report: read, problems } = await readJson(report);
  expect(read.files).toEqual({});
  expect(problems).toHaveLength(1);
  expect(problems[0].code).toMatch(/^(?:not_a_coverage_report|unsupported_file_format)$/);
  expect(problems[0].message).toMatch(guess);
});

test('a document that breaks off before anything is known says where', async () => {
  const { problems } = await readJson('{"version": 3, "list": [1, 2');
  expect(problems.map((problem) => problem.message).join()).toContain('JSON that breaks off at byte 28');
});

test('an object of objects that is nothing known is called no coverage report', async () => {
  const { detected, problems } = await readJson({ a: { x: 1 }, b: {} });
  expect(detected).toBe('json/node');
  expect(problems.map((problem) => problem.code)).toEqual(['not_a_coverage_report']);
});
