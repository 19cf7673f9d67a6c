import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { detectCi } from './ci/detect.ts';
import { resolveContext, type UploadContext } from './context.ts';
import type { Environment } from './environment.ts';
import { findReports, takeReports, type ReportFile, type SkippedFile } from './find.ts';
import { readCheckout, type Checkout } from './git/checkout.ts';
import { gatherMeta, type MetaResult } from './meta.ts';
import type { UploadOptions } from './options.ts';
import { count, printable, type Terminal } from './terminal.ts';

/** All that can be known before the first request. */
export interface Prepared {
  readonly kind: 'prepared';
  readonly context: UploadContext;
  readonly checkout: Checkout | null;
  readonly gathered: MetaResult;
  readonly reports: readonly ReportFile[];
  /** Files of the folder, where git gave no list. */
  readonly network: readonly string[];
  readonly notices: readonly string[];
}

/** Where the command runs. */
export interface Place {
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
}

/** Reads the CI's variables and git, and finds the reports. What is missing was told on the terminal. */
export async function prepare(
  options: UploadOptions,
  surroundings: Place,
  terminal: Terminal,
): Promise<Prepared | { readonly kind: 'failed' }> {
  const failed = (message: string, fix: string | null = null): { kind: 'failed' } => {
    terminal.error(message, fix);
    return { kind: 'failed' };
  };
  const wanted = resolve(surroundings.folder, options.folder ?? '.');
  // Git tells paths without links in them; names of reports are made from both.
  const folder = await realpath(wanted).catch(() => null);
  if (folder === null) return failed(`there is no folder ${printable(wanted)}`, 'Correct --dir.');

  const found = await readCheckout(folder);
  const checkout = found.kind === 'checkout' ? found.checkout : null;
  const context = await resolveContext(options, detectCi(surroundings.environment), checkout);
  if (!context.ok) {
    const reason = found.kind === 'none' ? ` (${printable(found.reason)})` : '';
    return failed(`${printable(context.message)}${reason}`, `Use ${context.option}`);
  }
  const gathered = await gatherMeta(context.context, checkout, options.base);
  const notices = [
    ...context.notices,
    ...checkoutNotices(found.kind === 'none' ? found.reason : null, checkout),
    ...gathered.notices,
  ];
  for (const notice of notices) terminal.notice(printable(notice));

  const root = checkout?.root ?? folder;
  const base = { kind: 'prepared', context: context.context, checkout, gathered, notices } as const;
  if (options.files.length > 0) {
    const taken = await takeReports(options.files, resolve(surroundings.folder), root);
    if (taken.missing.length > 0)
      return failed(`no such file: ${printable(taken.missing.join(', '))}`, 'Correct --file.');
    tellSkipped(taken.skipped, terminal);
    if (taken.reports.length === 0)
      return failed('every file given is empty or unreadable', 'Did the tests run with coverage on?');
    return { ...base, reports: taken.reports, network: [] };
  }
  // A committed report that this run has written anew is a result after all.
  const changed = new Set(checkout?.changedFiles);
  const search = await findReports({
    folder,
    root,
    isCommitted: (name) => gathered.files.has(name) && !changed.has(name),
  });
  tellSkipped(search.skipped, terminal);
  if (search.isCut) terminal.notice('the folder is larger than a search goes: use --dir or --file');
  if (search.reports.length === 0) {
    return failed(
      `no coverage report found in ${printable(folder)} (${searchedFolders(search.folders)})`,
      'Name it with --file FILE, or the folder with --dir FOLDER. Installed packages and committed files do not count.',
    );
  }
  const isTreeKnown = gathered.files.size > 0;
  return { ...base, reports: search.reports, network: isTreeKnown ? [] : search.otherFiles };
}

/** All of them would fill a screen. */
function searchedFolders(folders: readonly string[]): string {
  const nearest = [...folders].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  const more = nearest.length > 12 ? `, … ${count(nearest.length, 'folder')} in all` : '';
  return printable(`searched ${nearest.slice(0, 12).join(', ')}${more}`);
}

function checkoutNotices(whyNone: string | null, checkout: Checkout | null): readonly string[] {
  if (whyNone !== null) return [`${whyNone}: no file list, diff or sources are sent`];
  const changed = checkout?.changedFiles ?? [];
  if (changed.length === 0) return [];
  return [
    `${count(changed.length, 'tracked file')} changed since the commit (${changed[0]}${changed.length > 1 ? ', …' : ''}): lines may be off`,
  ];
}

const SKIP_REASONS: Readonly<Record<SkippedFile['reason'], string>> = {
  empty: 'empty',
  'too-large': 'larger than 2 GiB',
  committed: 'part of the commit, so not a result of this run; --file takes it all the same',
  unreadable: 'unreadable',
};

function tellSkipped(skipped: readonly SkippedFile[], terminal: Terminal): void {
  for (const reason of ['empty', 'too-large', 'unreadable', 'committed'] as const) {
    const names = skipped.filter((file) => file.reason === reason).map((file) => file.name);
    if (names.length === 0) continue;
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? `, … (${names.length})` : '');
    terminal.notice(`not sent: ${printable(shown)} (${SKIP_REASONS[reason]})`);
  }
}
