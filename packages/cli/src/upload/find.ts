import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ENVIRONMENT_MARKS, SKIPPED_FOLDERS, isReportName } from './report-names.ts';

/** A report on this machine. */
export interface ReportFile {
  /** Absolute path. */
  readonly path: string;
  /** The name it travels under: from the root of the clone, `/` between parts, never outside. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** A file that looked like a report, and why it stays here. */
export interface SkippedFile {
  readonly name: string;
  readonly reason: 'empty' | 'too-large' | 'committed' | 'unreadable';
}

export interface SearchResult {
  /** In the order of their names, so that the same folder always gives the same upload. */
  readonly reports: readonly ReportFile[];
  readonly skipped: readonly SkippedFile[];
  /** Other files on the way: the list that paths of the report are looked up in where git has none. */
  readonly otherFiles: readonly string[];
  /** The folders looked into, from the root of the names; `.` is the root itself. */
  readonly folders: readonly string[];
  /** Whether the search stopped at one of its limits. */
  readonly isCut: boolean;
}

export interface SearchOptions {
  /** Absolute path of the folder to search. */
  readonly folder: string;
  /** Absolute path that names are made from. */
  readonly root: string;
  /** Whether a file is part of the commit (`name` as in {@link ReportFile}): such a report is a sample, not a result. */
  readonly isCommitted: (name: string) => boolean;
}

/** As received by the server: upload-protocol §3, `thatch.limits.upload_bytes`. */
const REPORT_BYTES = 2 ** 31;
const DEPTH = 32;
const ENTRIES = 1_000_000;
const REPORTS = 20_000;
const OTHER_FILES = 200_000;

/** Looks for reports by the names of `report-names.ts`. Links are not followed, so the search ends and stays inside. */
export async function findReports(options: SearchOptions): Promise<SearchResult> {
  const reports: ReportFile[] = [];
  const skipped: SkippedFile[] = [];
  const otherFiles: string[] = [];
  const folders: string[] = [];
  let entries = 0;
  let isCut = false;

  const visit = async (folder: string, depth: number): Promise<void> => {
    const children = await childrenOf(folder);
    if (depth > 0 && children.some((child) => ENVIRONMENT_MARKS.has(child.name))) return;
    folders.push(nameOf(folder, options.root) || '.');
    for (const child of children) {
      if (++entries > ENTRIES || reports.length >= REPORTS) {
        isCut = true;
        return;
      }
      const path = join(folder, child.name);
      if (child.isDirectory()) {
        if (SKIPPED_FOLDERS.has(child.name)) continue;
        if (depth < DEPTH) await visit(path, depth + 1);
        else isCut = true;
      } else if (child.isFile()) {
        const name = nameOf(path, options.root);
        if (isReportName(child.name)) await take(path, name);
        else if (otherFiles.length < OTHER_FILES) otherFiles.push(name);
      }
    }
  };

  const take = async (path: string, name: string): Promise<void> => {
    if (options.isCommitted(name)) {
      skipped.push({ name, reason: 'committed' });
      return;
    }
    const outcome = await inspect(path, name);
    if ('reason' in outcome) skipped.push(outcome);
    else reports.push(outcome);
  };

  await visit(options.folder, 0);
  reports.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { reports, skipped, otherFiles, folders, isCut };
}

/** What `--file` gave. `missing`: nothing, or no file, is there. */
export interface GivenResult {
  readonly reports: readonly ReportFile[];
  readonly skipped: readonly SkippedFile[];
  readonly missing: readonly string[];
}

/** Takes exactly these files, whatever their names; relative ones from `folder`. The same file named twice travels once. */
export async function takeReports(files: readonly string[], folder: string, root: string): Promise<GivenResult> {
  const reports = new Map<string, ReportFile>();
  const skipped: SkippedFile[] = [];
  const missing: string[] = [];
  for (const file of files) {
    const path = resolve(folder, file);
    const facts = await stat(path).catch(() => null);
    if (facts === null || !facts.isFile()) {
      missing.push(file);
      continue;
    }
    const place = join(await realpath(dirname(path)), basename(path));
    const outcome = await inspect(path, nameOf(place, root));
    if ('reason' in outcome) skipped.push(outcome);
    else reports.set(await realpath(path), outcome);
  }
  return { reports: [...reports.values()], skipped, missing };
}

async function inspect(path: string, name: string): Promise<ReportFile | SkippedFile> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) return { name, reason: 'unreadable' };
  if (facts.size === 0) return { name, reason: 'empty' };
  if (facts.size > REPORT_BYTES) return { name, reason: 'too-large' };
  return { path, name, size: facts.size };
}

async function childrenOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const children = await readdir(folder, { withFileTypes: true });
    return children.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // A folder that may not be read, or that a running tool has just removed, holds no reports for us.
    return [];
  }
}

function nameOf(path: string, root: string): string {
  const name = relative(root, path);
  // On another drive, `relative` gives an absolute path.
  const isOutside = name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name);
  return isOutside ? basename(path) : name.split(sep).join('/');
}
