import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useRef, type ReactNode } from 'react';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import type { TreeRow } from '@thatch/server/http/ui/contract/tree.ts';
import { useSession } from '../../api/queries.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { FileList, FolderTree, type FileTreeProps } from '../../parts/tree/FileTree.tsx';
import { orderAfter } from '../../parts/tree/TreeHead.tsx';
import { useTypedText } from '../../parts/use-typed-text.ts';
import { useChoice, useCommit, useCommitPlace, type Choice, type CommitPlace } from './commit-data.ts';
import styles from './CommitTree.module.css';
import { UploadTable } from './CommitUploads.tsx';
import { readTreeSearch, writeOrder, type TreeSearch } from './tree-search.ts';

/** `/tree/*path`: the files of the commit's report, or, without one, what did arrive. */
export function CommitTree() {
  const place = useCommitPlace();
  const { choice } = useChoice();
  const query = useCommit(place, choice);
  return (
    <Section query={query} skeleton={<Skeleton rows={10} />}>
      {(commit) => (commit.coverage === null ? <NoReport commit={commit} /> : <Files commit={commit} />)}
    </Section>
  );
}

function Files({ commit }: { readonly commit: CommitAnswer }) {
  const place = useCommitPlace();
  const { _splat: root = '' } = useParams({ strict: false });
  const { choice } = useChoice();
  const search = readTreeSearch(useSearch({ strict: false }));
  const change = useChange();
  const props: FileTreeProps = {
    choice: {
      svc: place.svc,
      owner: place.owner,
      repo: place.repo,
      sha: commit.sha,
      generation: commit.generation,
      flags: choice.flags,
      uploads: choice.upload,
      search: search.search,
    },
    order: search.order,
    onSort: (sort) => change(writeOrder(orderAfter(search.order, sort), search.displayType)),
    root,
    name: `${place.svc}/${place.owner}/${place.repo}@${commit.sha}`,
    link: (entry, content) => fileLink(place, choice, entry, content),
  };
  return (
    <div className={styles.files}>
      <Toolbar search={search} />
      {root !== '' && <Crumbs root={root} />}
      {search.displayType === 'list' ? <FileList {...props} /> : <FolderTree {...props} />}
    </div>
  );
}

function fileLink(place: CommitPlace, { flags, upload }: Choice, entry: TreeRow, content: ReactNode): ReactNode {
  if (entry.kind === 'folder') {
    return (
      <Link
        to="/$svc/$owner/$repo/commit/$sha/tree/$"
        params={{ ...place, _splat: entry.path }}
        search={true}
        resetScroll={false}
        tabIndex={-1}
      >
        {content}
      </Link>
    );
  }
  return (
    <Link
      to="/$svc/$owner/$repo/commit/$sha/blob/$"
      params={{ ...place, _splat: entry.path }}
      search={{ flags, upload } as never}
      tabIndex={-1}
    >
      {content}
    </Link>
  );
}

function Toolbar({ search }: { readonly search: TreeSearch }) {
  const change = useChange();
  const [text, setText] = useTypedText(search.search, (typed) => change({ search: typed === '' ? undefined : typed }));
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', label: COMMIT.filterFiles, run: () => field.current?.focus() }]);
  return (
    <div className={styles.toolbar}>
      <div className={styles.display} role="group" aria-label={COMMIT.display}>
        {(['tree', 'list'] as const).map((displayType) => (
          <button
            key={displayType}
            type="button"
            aria-pressed={search.displayType === displayType}
            onClick={() =>
              change({
                displayType: displayType === 'tree' ? undefined : displayType,
                sort: undefined,
                direction: undefined,
              })
            }
          >
            {COMMIT.displays[displayType]}
          </button>
        ))}
      </div>
      <input
        ref={field}
        type="search"
        className={styles.filter}
        aria-label={COMMIT.filterFiles}
        placeholder={COMMIT.filterFiles}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}

function Crumbs({ root }: { readonly root: string }) {
  const place = useCommitPlace();
  const parts = root.split('/');
  return (
    <nav className={styles.crumbs} aria-label={COMMIT.folder}>
      <Link to="/$svc/$owner/$repo/commit/$sha/tree" params={place} search={true} resetScroll={false}>
        {COMMIT.allFiles}
      </Link>
      {parts.map((part, index) => (
        <span key={parts.slice(0, index + 1).join('/')} className="mono">
          {' / '}
          <Link
            to="/$svc/$owner/$repo/commit/$sha/tree/$"
            params={{ ...place, _splat: parts.slice(0, index + 1).join('/') }}
            search={true}
            resetScroll={false}
          >
            {part}
          </Link>
        </span>
      ))}
    </nav>
  );
}

/** Few commits have no report: what it takes to send one is loaded when it is shown. */
const CiSnippets = lazy(async () => ({
  default: (await import('../../parts/ci-snippets/CiSnippets.tsx')).CiSnippets,
}));

/** Nothing was merged: what is missing, what did arrive, and the way to a first upload. */
function NoReport({ commit }: { readonly commit: CommitAnswer }) {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const { instance } = useSession();
  const { uploads, state } = commit;
  const sentence =
    uploads.length === 0 ? COMMIT.nothingArrived : state === 'processing' ? COMMIT.nothingRead : COMMIT.nothingUsable;
  return (
    <div className={styles.files}>
      <Empty title={COMMIT.nothingMerged}>
        <p>{sentence}</p>
        <Link
          to="/$svc/$owner/$repo/new"
          params={params}
          className={buttonClass(uploads.length === 0 ? 'primary' : 'secondary')}
        >
          {COMMIT.connect}
        </Link>
      </Empty>
      {uploads.length > 0 && <UploadTable commit={commit} />}
      <section className={styles.expected}>
        <h2>{COMMIT.expected}</h2>
        <Suspense fallback={<Skeleton rows={8} />}>
          <CiSnippets
            address={instance.address}
            token={null}
            repository={`${params.svc}/${params.owner}/${params.repo}`}
          />
        </Suspense>
      </section>
    </div>
  );
}

/** Changes parameters of the address; undefined takes one away. */
function useChange(): (change: Readonly<Record<string, string | undefined>>) => void {
  const navigate = useNavigate();
  return (change) =>
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, ...change })) as never,
      resetScroll: false,
      replace: 'search' in change,
    });
}
