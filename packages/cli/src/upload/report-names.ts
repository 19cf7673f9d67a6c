/** One way in which tools call their reports. */
export interface ReportName {
  /** File name; `*` stands for anything, upper and lower case are one. */
  readonly pattern: string;
  /** What such a file usually is, for people. The server looks into the file, not at this. */
  readonly format: string;
}

/** The names that are looked for when no file is given. `docs/uploading.md` shows this table; a test compares the two. */
export const REPORT_NAMES: readonly ReportName[] = [
  { pattern: 'lcov.info', format: 'lcov' },
  { pattern: '*.lcov', format: 'lcov' },
  { pattern: '*.lcov.info', format: 'lcov' },
  { pattern: '*lcov*.info', format: 'lcov' },
  { pattern: 'coverage*.info', format: 'lcov' },
  { pattern: 'gcov.info', format: 'lcov' },
  { pattern: 'lcov.dat', format: 'lcov' },
  { pattern: '*cobertura*.xml', format: 'Cobertura' },
  { pattern: 'coverage*.xml', format: 'Cobertura, Bullseye, OpenCover' },
  { pattern: '*.coverage.xml', format: 'Cobertura, OpenCover' },
  { pattern: '*-coverage.xml', format: 'Cobertura, OpenCover' },
  { pattern: '*_coverage.xml', format: 'Cobertura, OpenCover' },
  { pattern: '*jacoco*.xml', format: 'JaCoCo' },
  { pattern: 'kover*.xml', format: 'JaCoCo' },
  { pattern: '*clover*.xml', format: 'Clover' },
  { pattern: '*.clover', format: 'Clover' },
  { pattern: 'coverage-final.json', format: 'Istanbul' },
  { pattern: 'coverage.json', format: 'coverage.py, SimpleCov, Istanbul' },
  { pattern: 'coverage-*.json', format: 'Istanbul, coverage.py' },
  { pattern: '.resultset.json', format: 'SimpleCov' },
  { pattern: 'codecov.json', format: 'custom JSON' },
  { pattern: '*.codecov.json', format: 'custom JSON' },
  { pattern: 'cover.out', format: 'Go' },
  { pattern: 'coverage.out', format: 'Go' },
  { pattern: 'c.out', format: 'Go' },
  { pattern: 'coverage.txt', format: 'Go' },
  { pattern: '*.coverprofile', format: 'Go' },
  { pattern: '*opencover*.xml', format: 'OpenCover' },
  { pattern: '*dotcover*.xml', format: 'dotCover' },
  { pattern: '*.coveragexml', format: 'Visual Studio' },
  { pattern: 'scoverage*.xml', format: 'scoverage' },
  { pattern: '*bullseye*.xml', format: 'Bullseye' },
  { pattern: '*coveralls*.json', format: 'Coveralls' },
  { pattern: '*.gcov', format: 'gcov' },
  { pattern: 'luacov.report.out', format: 'luacov' },
  { pattern: '*.coverage.txt', format: 'Xcode' },
  { pattern: 'test-result-codecoverage.json', format: 'Salesforce' },
];

/** Names that fit a pattern above, but hold no lines. */
const NEVER = /^coverage-(?:summary|config)\.json$/i;

const MATCHERS: readonly RegExp[] = REPORT_NAMES.map(({ pattern }) => {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${expression}$`, 'is');
});

/** Whether a file of this name (without folders) is looked into. */
export function isReportName(name: string): boolean {
  return !NEVER.test(name) && MATCHERS.some((matcher) => matcher.test(name));
}

/** Folders that hold other people's code, or a tool's own: not searched at any depth. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  'jspm_packages',
  'vendor',
  'site-packages',
  '__pycache__',
  '.venv',
  '.tox',
  '.nox',
  '.eggs',
  '.yarn',
  '.pnpm-store',
  '.gradle',
  '.m2',
  '.cargo',
  '.terraform',
  'Pods',
  'Carthage',
]);

/** A folder that holds one of these is an environment of installed packages, whatever its name. */
export const ENVIRONMENT_MARKS: ReadonlySet<string> = new Set(['pyvenv.cfg', 'conda-meta']);
