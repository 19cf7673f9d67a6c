import type { DemoReport } from './reports.ts';

/** An upload of which not all counts, and why it is in the demo. */
export interface FailingReport extends DemoReport {
  /** The family of web-ui §3.6, for people. */
  readonly family: string;
}

/** One upload of each family of errors that an uploader can cause (web-ui §3.6). The rest needs a fault of the server. */
export function failingReports(covered: readonly string[]): readonly FailingReport[] {
  const some = covered.slice(0, 12);
  return [
    { family: 'empty', flag: 'win-3.12', name: 'cover.out', text: 'mode: set\n' },
    { family: 'unreadable format', flag: 'macos', name: 'coverage.data', text: profileData() },
    { family: 'no report of coverage', flag: 'linux', name: 'junit.xml', text: JUNIT },
    { family: 'no path matched', flag: 'bundled', name: 'bundle.info', text: lcov(some.map(toBundled)) },
    { family: 'too old', flag: 'cached', name: 'cached.xml', text: oldReport(some) },
    { family: 'part truncated', flag: 'arm64', name: 'coverage.xml', text: truncated(some) },
    { family: 'records unreadable', flag: 'nightly', name: 'nightly.info', text: damaged(some) },
    { family: 'limit exceeded', flag: 'fuzz', name: 'fuzz.xml', text: nested(some) },
  ];
}

function lcov(paths: readonly string[]): string {
  return paths.map((path) => `TN:\nSF:${path}\nDA:1,1\nDA:2,0\nDA:8,3\nend_of_record\n`).join('');
}

/** As a bundler names its output. */
function toBundled(path: string): string {
  return `out/build/${path.replace('packages/', '').replace('/src/', '/lib/')}.bundle.js`;
}

/** The raw profile of an instrumented binary, which somebody sent instead of what is made of it. */
function profileData(): string {
  return `\u0081rforpl\u0000\u0008${'\u0001\u0000\u0002'.repeat(200)}`;
}

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="0"><testsuite name="stock" tests="2"><testcase classname="bin" name="loads"/><testcase classname="bin" name="seals"/></testsuite></testsuites>
`;

/** Made years ago: a cache that was never renewed. */
function oldReport(paths: readonly string[]): string {
  return cobertura(paths, Date.UTC(2020, 0, 1));
}

/** Without a time it is as young as its upload. */
function cobertura(paths: readonly string[], time: number | null = null): string {
  const classes = paths.map(
    (path) =>
      `<class name="${path}" filename="${path}"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class>`,
  );
  return `<?xml version="1.0"?>\n<coverage version="7.0"${time === null ? '' : ` timestamp="${time}"`}><packages><package name="tools"><classes>\n${classes.join('\n')}\n</classes></package></packages></coverage>\n`;
}

/** A disk that was full while the report was written. */
function truncated(paths: readonly string[]): string {
  return cobertura(paths).slice(0, -150);
}

function damaged(paths: readonly string[]): string {
  return lcov(paths).replaceAll('DA:2,0', 'DA:two,zero').replace('DA:8,3', 'DA:99999999999999999999,3');
}

/** Nested deeper than any report is; the rest of it counts. */
function nested(paths: readonly string[]): string {
  const deep = `${'<group>'.repeat(5000)}${'</group>'.repeat(5000)}`;
  return cobertura(paths).replace('<packages>', `<packages>${deep}`);
}
