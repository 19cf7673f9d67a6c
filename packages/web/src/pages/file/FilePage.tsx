import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { FileAnswer, FileInReport } from '@thatch/server/http/ui/contract/file.ts';
import { useLive } from '../../api/live.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { usePreferences } from '../../frame/use-preferences.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { FILE } from '../../messages/en/file.ts';
import { announce } from '../../parts/announce.ts';
import { copyAloud } from '../../parts/CopyButton.tsx';
import { Section, SectionError } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { readLines, splitLines } from '../../viewer/code-lines.ts';
import { CodeViewer } from '../../viewer/CodeViewer.tsx';
import { placeOf, type LineRange } from '../../viewer/line-range.ts';
import type { RangeTexts } from '../../viewer/RangeBar.tsx';
import { AbsentFile } from './AbsentFile.tsx';
import { editorAddress } from './editor-address.ts';
import { FileHeader } from './FileHeader.tsx';
import styles from './FilePage.module.css';
import { LinePanel } from './LinePanel.tsx';
import { fileAnswerKey, fileKey, fileQuery, sourceQuery } from './queries.ts';
import { SourceNotice } from './SourceNotice.tsx';
import { useFileAddress, type FileAddress } from './use-file-address.ts';

/** Rows that fill a screen while a file loads. */
const SKELETON_ROWS = 30;

/** `R/blob/:ref/*path` and `R/commit/:sha/blob/*path`: which lines are not covered, and why not? (web-ui §3.7) */
export function FilePage() {
  const address = useFileAddress();
  const client = useQueryClient();
  const query = useQuery({ ...fileQuery(client, address.place), enabled: address.place.path !== '' });
  const { path, svc, owner, repo, ref } = address.place;
  if (path === '') return <Navigate to="/$svc/$owner/$repo/tree/$ref" params={{ svc, owner, repo, ref }} replace />;
  if (query.error !== null && query.data === undefined) {
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  }
  return (
    <div className={styles.page} aria-busy={query.isPlaceholderData}>
      <Title text={path} />
      <Section
        query={query}
        skeleton={
          <>
            <h1 className={styles.waiting}>{path}</h1>
            <Skeleton rows={SKELETON_ROWS} height="20px" />
          </>
        }
      >
        {(file) => <LoadedFile key={`${file.commit.sha} ${file.path}`} file={file} address={address} />}
      </Section>
    </div>
  );
}

function LoadedFile({ file, address }: { readonly file: FileAnswer; readonly address: FileAddress }) {
  const { place } = address;
  const { source, report } = file;
  const [showsOther, setShowsOther] = useState(false);
  useResolvedAddress(file, address);
  useNews(file, address);
  useFileShortcuts(file, address);
  const blob = blobShown(file, showsOther);
  const text = useQuery(sourceQuery(place, blob));
  if (report === null && source.kind !== 'here') return <AbsentFile file={file} place={place} />;
  if (blob !== null && text.isPending) return <Skeleton rows={SKELETON_ROWS} height="20px" />;
  return (
    <ShownFile
      file={file}
      report={report ?? EMPTY_REPORT}
      source={blob === null ? null : (text.data ?? null)}
      address={address}
      notice={
        <>
          {text.data === undefined && text.error !== null && (
            <SectionError error={text.error} onRetry={() => void text.refetch()} />
          )}
          <SourceNotice file={file} place={place} showsOther={showsOther} onShowOther={setShowsOther} />
        </>
      }
    />
  );
}

/** The code of a file of which no report speaks. */
const EMPTY_REPORT: Pick<FileInReport, 'lines'> = { lines: { steps: [], classes: '', values: [], is_cut: false } };

function blobShown({ source }: FileAnswer, showsOther: boolean): string | null {
  if (source.kind !== 'here') return null;
  const { changed } = source;
  return showsOther && changed?.kind === 'other_blob' ? changed.blob : source.blob;
}

function ShownFile({
  file,
  report,
  source,
  address,
  notice,
}: {
  readonly file: FileAnswer;
  readonly report: Pick<FileInReport, 'lines'>;
  readonly source: string | null;
  readonly address: FileAddress;
  readonly notice: ReactNode;
}) {
  const { place, range, setRange, setFilter, addressOf } = address;
  const [{ editor }] = usePreferences();
  const [wraps, setWraps] = useState(false);
  const text = useMemo(() => (source === null ? null : splitLines(source)), [source]);
  const lineCount = text === null ? null : text.length;
  const lines = useMemo(() => readLines(report.lines, lineCount), [report.lines, lineCount]);
  const textsOf = (of: LineRange): RangeTexts => ({
    permalink: addressOf(file.commit.sha, of),
    code: text === null ? null : text.slice(of.from - 1, of.to).join('\n'),
    place: placeOf(file.path, of),
    forge: file.forge_url === null ? null : `${file.forge_url}#L${of.from}${of.to > of.from ? `-L${of.to}` : ''}`,
    editor: editorAddress(editor, file.path, of.from),
  });
  return (
    <CodeViewer
      path={file.path}
      lines={lines}
      text={text}
      source={source}
      range={range}
      onRange={setRange}
      textsOf={textsOf}
      wraps={wraps}
      renderPanel={(line, isPinned) => (
        <LinePanel
          place={place}
          sha={file.commit.sha}
          path={file.path}
          line={line}
          onOnly={isPinned ? (uploads) => setFilter({ flags: [], uploads }) : null}
        />
      )}
    >
      {(tools) => (
        <>
          <FileHeader
            file={file}
            address={address}
            tools={tools}
            wraps={wraps}
            onWraps={setWraps}
            hasText={text !== null}
          />
          {notice}
        </>
      )}
    </CodeViewer>
  );
}

/** Writes the ref and path that were meant, once (web-ui §1.3). */
function useResolvedAddress(file: FileAnswer, { place, goTo }: FileAddress): void {
  const queries = useQueryClient();
  const { ref, path } = file;
  const isAsWritten = ref === place.ref && path === place.path;
  useEffect(() => {
    if (isAsWritten) return;
    // The other address has the same answer.
    queries.setQueryData(fileAnswerKey({ ...place, ref, path }), file);
    goTo({ ref, path }, true);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the address itself is new with every look
  }, [isAsWritten, ref, path]);
}

/** A merge of the commit that is shown, or a new head of the branch, makes the answer old; the code stays where it is. */
function useNews({ commit, ref, ref_kind }: FileAnswer, { place }: FileAddress): void {
  const queries = useQueryClient();
  const { svc, owner, repo } = place;
  useLive([`repo:${svc}/${owner}/${repo}`], ({ type, data }) => {
    const isOfCommit = type === 'commit.merged' && data['commit'] === commit.sha;
    const isOfBranch = type === 'branch.moved' && ref_kind === 'branch' && data['branch'] === ref;
    if (isOfCommit || isOfBranch) void queries.invalidateQueries({ queryKey: fileKey(place) });
  });
}

function useFileShortcuts(file: FileAnswer, { place, range, goTo, addressOf }: FileAddress): void {
  const queries = useQueryClient();
  const { commit, report } = file;
  const open = (path: string | null | undefined): void => {
    if (path != null) goTo({ path });
  };
  useShortcuts([
    { keys: 'N', label: FILE.nextFile, run: () => open(report?.next) },
    { keys: 'P', label: FILE.previousFile, run: () => open(report?.previous) },
    {
      keys: 'y',
      label: FILE.permalinkKey,
      run: () => {
        const ref = commit.sha;
        queries.setQueryData(fileAnswerKey({ ...place, ref }), { ...file, ref, ref_kind: 'commit' });
        goTo({ ref }, true);
        announce(FILE.permalinkMade);
      },
    },
    { keys: '.', label: FILE.copyPermalinkKey, run: () => void copyAloud(addressOf(commit.sha, range)) },
  ]);
}
