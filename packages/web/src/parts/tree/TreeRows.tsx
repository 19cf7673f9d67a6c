import { ChevronDown, ChevronRight, CornerDownRight, File, Folder } from 'lucide-react';
import { useRef, type CSSProperties, type ReactNode } from 'react';
import type { ReportCoverage } from '@thatch/server/http/ui/contract/shared.ts';
import type { TreeRow } from '@thatch/server/http/ui/contract/tree.ts';
import { SHARED, whole } from '../../messages/en/shared.ts';
import { TREE } from '../../messages/en/tree.ts';
import { CoverageBar } from '../CoverageBar.tsx';
import { Percent } from '../Percent.tsx';
import { Strip } from '../Strip.tsx';
import { useFlash } from '../use-flash.ts';
import styles from './FileTree.module.css';
import { rowId } from './row-id.ts';
import type { GridRow } from './tree-rows.ts';

interface RowProps {
  readonly index: number;
  readonly isFocused: boolean;
  readonly onFocus: () => void;
}

type Entry = Extract<GridRow, { kind: 'entry' }>;

/** A folder or file. */
export function EntryRow({
  row,
  index,
  isFocused,
  onFocus,
  strip,
  onToggle,
  onRest,
  restMs,
  link,
}: RowProps & {
  readonly row: Entry;
  readonly strip: string | null;
  readonly onToggle: () => void;
  readonly onRest: () => void;
  readonly restMs: number;
  readonly link: (entry: TreeRow, content: ReactNode) => ReactNode;
}) {
  const { entry, level, isOpen, position, siblings } = row;
  const isFolder = entry.kind === 'folder';
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shared = {
    id: rowId(index),
    'data-tree-row': '',
    'aria-level': level,
    'aria-posinset': position,
    'aria-setsize': siblings,
    'aria-rowindex': index + 2,
    tabIndex: isFocused ? 0 : -1,
    className: styles.row,
    style: levelStyle(level),
    onFocus,
  };
  if (!isFolder) {
    return (
      <div role="row" {...shared}>
        <Name entry={entry} icon={<File {...ICON} />}>
          {link(entry, <FileName name={entry.name} />)}
        </Name>
        <Numbers of={entry} />
        <div role="gridcell" className={styles.strip}>
          {strip !== null && <Strip of={strip} />}
        </div>
      </div>
    );
  }
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid hears the keys of its rows
    <div
      role="row"
      {...shared}
      aria-expanded={isOpen}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest('a')) onToggle();
      }}
      onPointerEnter={() => {
        if (!isOpen) rest.current = setTimeout(onRest, restMs);
      }}
      onPointerLeave={() => clearTimeout(rest.current)}
      data-folder=""
    >
      <Name entry={entry} icon={<Folder {...ICON} />} chevron={<Chevron {...ICON} />}>
        <FolderName name={entry.name} />
        <span className={styles.enter}>{link(entry, <EnterIcon path={entry.path} />)}</span>
      </Name>
      <Numbers of={entry} />
      <span className={styles.strip} aria-hidden="true" />
    </div>
  );
}

/** What stands where rows are not there yet, or failed, or are too many. */
export function StandInRow({
  row,
  index,
  isFocused,
  onFocus,
  onMore,
  onRetry,
}: RowProps & {
  readonly row: Exclude<GridRow, { kind: 'entry' }>;
  readonly onMore: () => void;
  readonly onRetry: () => void;
}) {
  return (
    <div
      id={rowId(index)}
      data-tree-row=""
      role="row"
      aria-level={row.level}
      aria-rowindex={index + 2}
      tabIndex={isFocused ? 0 : -1}
      className={styles.row}
      style={levelStyle(row.level)}
      onFocus={onFocus}
    >
      <div role="gridcell" className={`${styles.name} ${styles.quiet}`}>
        {row.kind === 'loading' && TREE.loading}
        {row.kind === 'failed' && (
          <button type="button" tabIndex={-1} className={styles.plain} onClick={onRetry}>
            {TREE.failed}
          </button>
        )}
        {row.kind === 'more' && (
          <button type="button" tabIndex={-1} className={styles.plain} onClick={onMore}>
            {TREE.more(row.parent === '' ? TREE.label : row.parent)}
          </button>
        )}
      </div>
    </div>
  );
}

/** The sum of what is shown, below it; lit when a merge changed it. `subject` says of what it is, null while it is of something else. */
export function TotalsRow({
  totals,
  index,
  subject,
}: {
  readonly totals: ReportCoverage;
  readonly index: number;
  readonly subject: string | null;
}) {
  const flash = useFlash(`${totals.hits} ${totals.partials} ${totals.lines}`, subject);
  return (
    <div role="rowgroup" className={`${styles.foot} ${flash}`}>
      <div role="row" aria-rowindex={index} className={styles.row} data-tree-totals="">
        <div role="rowheader" className={styles.name}>
          {TREE.files(totals.files)}
        </div>
        <Numbers of={totals} />
        <span className={styles.strip} aria-hidden="true" />
      </div>
    </div>
  );
}

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

function Name({
  entry,
  icon,
  chevron,
  children,
}: {
  readonly entry: TreeRow;
  readonly icon: ReactNode;
  readonly chevron?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div role="rowheader" className={styles.name} title={entry.path}>
      <span className={styles.chevron}>{chevron}</span>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.text}>{children}</span>
    </div>
  );
}

function EnterIcon({ path }: { readonly path: string }) {
  return (
    <span className={styles.enterIcon} title={TREE.enter(path)}>
      <CornerDownRight {...ICON} />
      <span className="visually-hidden">{TREE.enter(path)}</span>
    </span>
  );
}

/** In a list a file is called by its whole path. */
function FileName({ name }: { readonly name: string }) {
  const cut = name.lastIndexOf('/') + 1;
  if (cut === 0) return name;
  return (
    <>
      <span className="visually-hidden">{name}</span>
      <span className={styles.path} aria-hidden="true">
        <span>{name.slice(0, cut)}</span>
        <span>{name.slice(cut)}</span>
      </span>
    </>
  );
}

/** Of a joined chain only the last folder is in full ink. */
function FolderName({ name }: { readonly name: string }) {
  const cut = name.lastIndexOf('/') + 1;
  return (
    <>
      <span className={styles.quiet}>{name.slice(0, cut)}</span>
      {name.slice(cut)}
    </>
  );
}

function Numbers({ of }: { readonly of: Pick<ReportCoverage, 'lines' | 'hits' | 'partials' | 'misses' | 'coverage'> }) {
  return (
    <>
      <div role="gridcell" className={`${styles.lines} ${styles.number}`}>
        {whole(of.lines)}
      </div>
      <div role="gridcell" className={`${styles.hits} ${styles.number}`}>
        {whole(of.hits)}
      </div>
      <div role="gridcell" className={`${styles.partials} ${styles.number}`}>
        {whole(of.partials)}
      </div>
      <div role="gridcell" className={`${styles.misses} ${styles.number}`}>
        {whole(of.misses)}
        <span className={styles.unit}> {SHARED.missed}</span>
      </div>
      <div role="gridcell" className={`${styles.coverage} ${styles.number}`}>
        <Percent of={of} />
      </div>
      <div role="gridcell" className={styles.bar}>
        <CoverageBar of={of} />
      </div>
    </>
  );
}

function levelStyle(level: number): CSSProperties {
  return { '--level': level - 1 } as CSSProperties;
}
