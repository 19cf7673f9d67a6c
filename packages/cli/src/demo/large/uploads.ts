import { failingReports, type FailingReport } from './failures.ts';
import { COMMITS, makeHistory, MAIN, RUNNERS, type DemoCommit, type FileAt } from './history.ts';
import { makeProject } from './project.ts';
import { reportsOf, type DemoReport } from './reports.ts';

/** An upload as it is sent to `/upload/coverage` (upload-protocol §8.1). */
export interface DemoUpload {
  readonly query: Readonly<Record<string, string>>;
  /** Document `thatch-meta/1` (upload-protocol §8.3): with the first upload of a commit only. */
  readonly meta: DemoMeta | null;
  readonly reports: readonly { readonly name: string; readonly text: string }[];
}

export interface DemoMeta {
  readonly schema: 'thatch-meta/1';
  readonly commit: Pick<DemoCommit, 'sha' | 'parents' | 'tree' | 'message' | 'author' | 'committer'>;
  readonly ref: { readonly branch: string; readonly default_branch: string };
  readonly files: Readonly<Record<string, string>>;
  /** Texts that no commit before had. */
  readonly sources: Readonly<Record<string, { readonly text: string }>>;
  readonly config?: { readonly path: string; readonly text: string };
}

/** All uploads of one commit, that with the metadata first. */
export interface UploadedCommit {
  readonly commit: DemoCommit;
  readonly uploads: readonly DemoUpload[];
}

/** Every upload of the demo, commit by commit as they were made; the same in every run. */
export function* demoUploads(repository: string): Generator<UploadedCommit> {
  const sent = new Set<string>();
  const history = makeHistory(makeProject(COMMITS));
  const byTime = history.toSorted((a, b) => Date.parse(a.committer.time) - Date.parse(b.committer.time));
  for (const commit of byTime) {
    const reports = commit.branch === RUNNERS ? runnerReports(commit) : reportsOf(commit);
    const meta = metaOf(
      commit,
      commit.sources.filter(({ blob }) => !sent.has(blob)),
    );
    for (const { blob } of commit.sources) sent.add(blob);
    const uploads = reports.map((report, index) => uploadOf(repository, commit, report, index === 0 ? meta : null));
    yield { commit, uploads };
  }
}

/** The good ones, and those of which not all counts. */
function runnerReports(commit: DemoCommit): readonly (DemoReport | FailingReport)[] {
  return [...reportsOf(commit), ...failingReports(commit.sources.map(({ file }) => file.path))];
}

function uploadOf(repository: string, commit: DemoCommit, report: DemoReport, meta: DemoMeta | null): DemoUpload {
  const build = String(4000 + commit.index);
  return {
    query: {
      repo: repository,
      commit: commit.sha,
      branch: commit.branch,
      flags: report.flag,
      name: report.flag,
      job: `test (${report.flag})`,
      build,
      ci: 'forgejo-actions',
      kind: 'coverage',
    },
    meta,
    reports: [{ name: report.name, text: report.text }],
  };
}

function metaOf(commit: DemoCommit, sources: readonly FileAt[]): DemoMeta {
  const { sha, parents, tree, message, author, committer, branch, files } = commit;
  return {
    schema: 'thatch-meta/1',
    commit: { sha, parents, tree, message, author, committer },
    ref: { branch, default_branch: MAIN },
    files: Object.fromEntries(files),
    sources: Object.fromEntries(sources.map(({ blob, text }) => [blob, { text }])),
    ...(branch === RUNNERS ? { config: BROKEN_CONFIG } : {}),
  };
}

/** The family "yaml invalid". */
const BROKEN_CONFIG = { path: 'codecov.yml', text: 'coverage:\n  status:\n    project: [default\n  range: 70..90\n' };
