import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { ResolvedRef } from '@thatch/server/http/ui/contract/overview.ts';
import type { MapNode, TreeRow, TreeSort } from '@thatch/server/http/ui/contract/tree.ts';
import { writeRef } from '../../addresses/refs.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { Button } from '../../parts/Button.tsx';
import { FilterPicker } from '../../parts/FilterPicker.tsx';
import { Section } from '../../parts/Section.tsx';
import { FileList, FolderTree } from '../../parts/tree/FileTree.tsx';
import type { ReportChoice } from '../../parts/tree/report-choice.ts';
import { orderAfter } from '../../parts/tree/TreeHead.tsx';
import { useAfterPaint } from '../../parts/use-after-paint.ts';
import styles from './Files.module.css';
import { FindFile } from './FindFile.tsx';
import { flagsQuery, mapQuery, type RepositoryAddress } from './overview-queries.ts';
import { flagsOnly, type OverviewSearch } from './overview-search.ts';

interface FilesProps {
  readonly choice: ReportChoice;
  readonly resolved: ResolvedRef;
  readonly search: OverviewSearch;
  readonly onSearch: (next: OverviewSearch, isTyped?: boolean) => void;
  readonly repository: RepositoryAddress;
}

/** The files of the report: filters, map, tree or list. */
export function Files(props: FilesProps) {
  const { choice, resolved, search, onSearch, repository } = props;
  const [hasMap, setMap] = useState(() => readHasMap());
  const { sort, direction, display } = search;
  const order = { sort, direction };
  const shared = {
    choice,
    order,
    root: resolved.path,
    name: `${repository.svc}/${repository.owner}/${repository.repo} ${resolved.ref}`,
    onSort: (clicked: TreeSort) => onSearch({ ...search, ...orderAfter(order, clicked) }),
    link: linkOf(props),
  };
  return (
    <section className={styles.files} aria-labelledby="files">
      <h2 id="files" className="visually-hidden">
        {OVERVIEW.files}
      </h2>
      <div className={styles.tools}>
        <DisplayChoice
          display={display}
          onChange={(next) => onSearch({ ...search, display: next, ...DEFAULT_ORDERS[next] })}
        />
        <FindFile {...props} />
        <FlagFilter {...props} />
        <Button
          className={styles.mapButton}
          aria-pressed={hasMap}
          onClick={() => {
            setMap(!hasMap);
            saveHasMap(!hasMap);
          }}
        >
          {OVERVIEW.map}
        </Button>
      </div>
      {resolved.path !== '' && <Crumbs {...props} />}
      {hasMap && <FolderMap {...props} />}
      {display === 'tree' ? <FolderTree {...shared} /> : <FileList {...shared} />}
    </section>
  );
}

/** Not needed for the first paint: it comes with the data, not with the page. */
const loadMap = async () => ({ default: (await import('../../parts/map/IcicleMap.tsx')).IcicleMap });
const IcicleMap = lazy(loadMap);

const DEFAULT_ORDERS = {
  tree: { sort: 'name', direction: 'ASC' },
  list: { sort: 'misses', direction: 'DESC' },
} as const;

function DisplayChoice({
  display,
  onChange,
}: {
  readonly display: OverviewSearch['display'];
  readonly onChange: (next: OverviewSearch['display']) => void;
}) {
  return (
    <div role="group" aria-label={OVERVIEW.display} className={styles.segments}>
      {(['tree', 'list'] as const).map((each) => (
        <button key={each} type="button" aria-pressed={display === each} onClick={() => onChange(each)}>
          {OVERVIEW[each]}
        </button>
      ))}
    </div>
  );
}

function FlagFilter({ choice, search, onSearch, repository }: FilesProps) {
  const isPainted = useAfterPaint();
  const { data } = useQuery({ ...flagsQuery(repository, choice.sha, choice.generation), enabled: isPainted });
  const names = [...new Set([...(data?.names ?? []), ...search.flags])];
  if (data !== undefined && names.length === 0) return null;
  return (
    <FilterPicker
      label={OVERVIEW.chosenFlags(search.flags.length)}
      find={OVERVIEW.findFlag}
      options={names.map((name) => ({ value: name, text: name }))}
      chosen={search.flags}
      onChange={(flags) => onSearch({ ...search, flags: [...flags] })}
    />
  );
}

/** Where in the report the shown folder is. */
function Crumbs({ resolved: { ref, path }, repository }: FilesProps) {
  const parts = path.split('/');
  const params = { ...repository, ref: writeRef(ref) };
  return (
    <nav aria-label={OVERVIEW.files} className={styles.crumbs}>
      <Link to="/$svc/$owner/$repo/tree/$ref" params={params} search={true}>
        {OVERVIEW.allFiles}
      </Link>
      {parts.map((part, index) => (
        <span key={parts.slice(0, index + 1).join('/')}>
          {index + 1 === parts.length ? (
            <span aria-current="location">{part}</span>
          ) : (
            <Link
              to="/$svc/$owner/$repo/tree/$ref/$"
              params={{ ...params, _splat: parts.slice(0, index + 1).join('/') }}
              search={true}
            >
              {part}
            </Link>
          )}
        </span>
      ))}
    </nav>
  );
}

function linkOf(props: FilesProps) {
  return (entry: TreeRow, content: ReactNode): ReactNode => <RowLink {...props} entry={entry} content={content} />;
}

function RowLink({
  resolved,
  repository,
  search: { flags },
  entry,
  content,
}: FilesProps & { readonly entry: TreeRow; readonly content: ReactNode }) {
  const params = { ...repository, ref: writeRef(resolved.ref), _splat: entry.path };
  if (entry.kind === 'file') {
    return (
      <Link to="/$svc/$owner/$repo/blob/$ref/$" params={params} search={flagsOnly(flags) as never} tabIndex={-1}>
        {content}
      </Link>
    );
  }
  return (
    <Link to="/$svc/$owner/$repo/tree/$ref/$" params={params} search={true} tabIndex={-1}>
      {content}
    </Link>
  );
}

function FolderMap({ choice, resolved: { ref, path }, search: { flags }, repository }: FilesProps) {
  const navigate = useNavigate();
  const isPainted = useAfterPaint();
  const query = useQuery({ ...mapQuery(choice, path), enabled: isPainted, placeholderData: keepPreviousData });
  useEffect(() => {
    if (isPainted) void loadMap();
  }, [isPainted]);
  const params = { ...repository, ref: writeRef(ref) };
  const goTo = (folder: string): void => {
    if (folder === '') void navigate({ to: '/$svc/$owner/$repo/tree/$ref', params, search: true, resetScroll: false });
    else {
      const there = { ...params, _splat: folder };
      void navigate({ to: '/$svc/$owner/$repo/tree/$ref/$', params: there, search: true, resetScroll: false });
    }
  };
  const open = ({ kind, path: opened }: MapNode): void => {
    if (kind === 'folder') goTo(opened);
    else
      void navigate({
        to: '/$svc/$owner/$repo/blob/$ref/$',
        params: { ...params, _splat: opened },
        search: flagsOnly(flags) as never,
      });
  };
  const up = (): void => {
    if (path !== '') goTo(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
  };
  return (
    <div className={styles.map}>
      <Section query={query} skeleton={null}>
        {(answer) =>
          answer.nodes[0].lines > 0 && (
            <Suspense>
              <IcicleMap answer={answer} onOpen={open} onUp={up} />
            </Suspense>
          )
        }
      </Section>
    </div>
  );
}

const MAP_KEY = 'thatch-map';

function readHasMap(): boolean {
  try {
    return localStorage.getItem(MAP_KEY) !== 'off';
  } catch {
    return true;
  }
}

function saveHasMap(hasMap: boolean): void {
  try {
    localStorage.setItem(MAP_KEY, hasMap ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing shows it again next time.
  }
}
