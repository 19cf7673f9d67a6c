import type { UploadOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { count, formatBytes, printable } from './terminal.ts';

/** What `--dry-run` prints: what would be sent, as lines for people or as one JSON object. */
export function describePlan(prepared: Prepared, address: URL | null, options: UploadOptions): string {
  return options.isJson
    ? `${JSON.stringify(plan(prepared, address, options))}\n`
    : planTable(prepared, address, options);
}

function plan(prepared: Prepared, address: URL | null, options: UploadOptions): Readonly<Record<string, unknown>> {
  const { context, gathered } = prepared;
  return {
    url: address?.href ?? null,
    repo: context.repository,
    commit: context.commit.sha,
    built: context.commit.built?.sha ?? null,
    branch: context.branch,
    pull: context.pull,
    ci: context.ci,
    name: context.name,
    job: context.job,
    build: context.build,
    build_url: context.buildUrl,
    flags: options.flags,
    base: gathered.meta.base ?? null,
    diff_bytes: gathered.meta.diff === undefined ? null : Buffer.byteLength(gathered.meta.diff.text),
    tree_files: gathered.files.size,
    history_rows: gathered.meta.history?.length ?? 0,
    config: gathered.meta.config?.path ?? null,
    reports: prepared.reports.map(({ name, size }) => ({ name, bytes: size })),
    notices: prepared.notices,
  };
}

function planTable(prepared: Prepared, address: URL | null, options: UploadOptions): string {
  const { context, gathered } = prepared;
  const { base, diff, history } = gathered.meta;
  const rows: readonly (readonly [string, string | null])[] = [
    ['address', address?.href ?? 'missing (--url)'],
    ['repository', context.repository],
    ['commit', context.commit.sha],
    ['built', context.commit.built?.sha ?? null],
    ['branch', context.branch],
    ['pull', context.pull === null ? null : String(context.pull)],
    ['ci', context.ci],
    ['name', context.name],
    ['build', context.build],
    ['flags', options.flags.length === 0 ? null : options.flags.join(', ')],
    ['base', base === undefined ? null : `${base.sha} (${base.how})`],
    ['diff', diff === undefined ? null : formatBytes(Buffer.byteLength(diff.text))],
    ['files', gathered.files.size === 0 ? null : count(gathered.files.size, 'file')],
    ['history', history === undefined ? null : count(history.length, 'commit')],
    [
      'sources',
      options.sendsSources && gathered.files.size > 0 ? 'those of covered files that the server lacks' : 'none',
    ],
  ];
  const lines = rows.flatMap(([label, value]) =>
    value === null ? [] : [`  ${label.padEnd(10)}  ${printable(value)}`],
  );
  const reports = prepared.reports.map(
    (report) => `  ${formatBytes(report.size).padStart(10)}  ${printable(report.name)}`,
  );
  return [
    '',
    '  Nothing is sent. It would be:',
    '',
    ...lines,
    '',
    `  ${count(reports.length, 'report')}:`,
    ...reports,
    '',
    '',
  ].join('\n');
}
