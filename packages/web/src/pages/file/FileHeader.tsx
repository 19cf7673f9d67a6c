import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Ellipsis, X } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import type { Coverage } from '@thatch/server/http/ui/contract/shared.ts';
import type { FileAnswer, FileUpload } from '@thatch/server/http/ui/contract/file.ts';
import { apiAddress, repositoryPath } from '../../api/client.ts';
import { usePreferences } from '../../frame/use-preferences.ts';
import { FILE } from '../../messages/en/file.ts';
import { VIEWER } from '../../messages/en/viewer.ts';
import { SHARED, whole } from '../../messages/en/shared.ts';
import { BranchPicker } from '../../parts/BranchPicker.tsx';
import { Button } from '../../parts/Button.tsx';
import { copyAloud, CopyButton } from '../../parts/CopyButton.tsx';
import { FilterPicker, type FilterOption } from '../../parts/FilterPicker.tsx';
import { Menu, MenuItem, MenuLink, MenuSeparator } from '../../parts/Menu.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { Sha } from '../../parts/Sha.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { Time } from '../../parts/Time.tsx';
import type { ViewerTools } from '../../viewer/CodeViewer.tsx';
import { editorAddress } from './editor-address.ts';
import { useAfterPaint } from '../../parts/use-after-paint.ts';
import styles from './FilePage.module.css';
import { fileUploadsQuery } from './queries.ts';
import type { FileAddress } from './use-file-address.ts';

interface FileHeaderProps {
  readonly file: FileAnswer;
  readonly address: FileAddress;
  readonly tools: ViewerTools;
  readonly hasText: boolean;
  readonly wraps: boolean;
  readonly onWraps: (wraps: boolean) => void;
}

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Path, numbers, jumps; ref, filters, what else can be done with the file. */
export function FileHeader(props: FileHeaderProps) {
  const { file, address, tools } = props;
  const { report, commit, path } = file;
  const shown = report?.filtered ?? report?.coverage ?? null;
  return (
    <div className={styles.header}>
      <div className={styles.line}>
        <PathCrumbs path={path} address={address} />
        {report !== null && shown !== null && (
          <>
            <span className={styles.figure}>
              <Percent of={shown} />
            </span>
            <Counts of={shown} />
            {report.filtered !== null && report.coverage.coverage !== null && (
              <span className={styles.meta}>{FILE.ofAll(SHARED.percent(report.coverage.coverage))}</span>
            )}
            {commit.is_pending && (
              <StatusBadge kind={null} isDotted>
                {FILE.soFar}
              </StatusBadge>
            )}
          </>
        )}
        <span className={styles.end}>
          <BlockSteps tools={tools} />
          {report !== null && (
            <FileSteps position={report.position} files={report.files}>
              <StepButton
                label={FILE.previousFile}
                path={report.previous}
                address={address}
                icon={<ChevronLeft {...ICON} />}
              />
              <StepButton
                label={FILE.nextFile}
                path={report.next}
                address={address}
                icon={<ChevronRight {...ICON} />}
              />
            </FileSteps>
          )}
        </span>
      </div>
      <div className={styles.line}>
        <BranchPicker repository={address.place} current={shortRef(file)} onPick={(ref) => address.goTo({ ref })} />
        <span className={styles.meta}>
          <Sha sha={commit.sha} canCopy={false} /> · <Time at={commit.at} />
        </span>
        <Filters file={file} address={address} />
        <FileMenu {...props} />
      </div>
    </div>
  );
}

function shortRef({ ref, ref_kind: kind }: FileAnswer): string {
  return kind === 'commit' ? ref.slice(0, 7) : ref;
}

function PathCrumbs({ path, address }: { readonly path: string; readonly address: FileAddress }) {
  const { svc, owner, repo, ref } = address.place;
  const parts = path.split('/');
  return (
    <h1 className={styles.path}>
      <span>
        <span className={styles.folders}>
          {parts.slice(0, -1).map((part, index) => {
            const folder = parts.slice(0, index + 1).join('/');
            return (
              <Fragment key={folder}>
                <Link to="/$svc/$owner/$repo/tree/$ref/$" params={{ svc, owner, repo, ref, _splat: folder }}>
                  {part}
                </Link>
                <span className={styles.slash}>{' / '}</span>
              </Fragment>
            );
          })}
        </span>
        <b>{parts.at(-1)}</b>
      </span>
      <CopyButton text={path} what={FILE.pathName} />
    </h1>
  );
}

function Counts({ of: { hits, partials, misses } }: { readonly of: Coverage }) {
  const counts = [
    [styles.hit, hits, FILE.covered(hits)],
    [styles.part, partials, FILE.partial(partials)],
    [styles.miss, misses, FILE.missed(misses)],
  ] as const;
  return (
    <span className={`${styles.counts} numbers`}>
      {counts.map(([name, count, label]) => (
        <span key={label} className={`${styles.count} ${name}`} title={label}>
          <span aria-hidden="true">{whole(count)}</span>
          <span className="visually-hidden">{label}</span>
        </span>
      ))}
    </span>
  );
}

function BlockSteps({ tools: { blocks, position, step } }: { readonly tools: ViewerTools }) {
  return (
    <span className={styles.steps} title={VIEWER.blocks(blocks)}>
      <Button
        kind="quiet"
        aria-label={VIEWER.previousBlock}
        title={VIEWER.withKey(VIEWER.previousBlock, 'p')}
        onClick={() => step(-1)}
      >
        <ArrowUp {...ICON} />
      </Button>
      <output className="numbers" aria-label={VIEWER.blocks(blocks)}>
        {VIEWER.position(position, blocks)}
        {blocks > 0 && <span className={styles.word}> {VIEWER.uncovered}</span>}
      </output>
      <Button
        kind="quiet"
        aria-label={VIEWER.nextBlock}
        title={VIEWER.withKey(VIEWER.nextBlock, 'n')}
        onClick={() => step(1)}
      >
        <ArrowDown {...ICON} />
      </Button>
    </span>
  );
}

function FileSteps({
  position,
  files,
  children: [previous, next],
}: {
  readonly position: number;
  readonly files: number;
  readonly children: readonly [ReactNode, ReactNode];
}) {
  return (
    <span className={styles.steps} title={FILE.filesLabel(position, files)}>
      {previous}
      <span className={`numbers ${styles.wide}`}>{FILE.files(position, files)}</span>
      {next}
    </span>
  );
}

function StepButton({
  label,
  path,
  address,
  icon,
}: {
  readonly label: string;
  readonly path: string | null;
  readonly address: FileAddress;
  readonly icon: ReactNode;
}) {
  return (
    <Button
      kind="quiet"
      aria-label={label}
      title={path ?? label}
      disabled={path === null}
      onClick={() => path !== null && address.goTo({ path })}
    >
      {icon}
    </Button>
  );
}

/** What is counted: flags, uploads, and a chip for each that was chosen. */
function Filters({ file, address }: { readonly file: FileAnswer; readonly address: FileAddress }) {
  const { place, setFilter } = address;
  const { flags, uploads } = place;
  const isPainted = useAfterPaint();
  const uploadsQuery = { ...fileUploadsQuery(place, file.commit.sha, file.path), enabled: isPainted };
  const { data, error, refetch } = useQuery(uploadsQuery);
  if (file.report === null) return null;
  const known = data?.uploads ?? [];
  const nameOf = (id: string): string => {
    const upload = known.find((each) => each.id === id);
    return upload === undefined ? id.slice(0, 8) : FILE.uploadName(upload.name, upload.flags, id);
  };
  return (
    <>
      {(data?.flags.length ?? 0) > 0 && (
        <FilterPicker
          label={FILE.flags(data?.flags.length ?? 0)}
          find={FILE.findFlag}
          options={(data?.flags ?? []).map((flag) => ({ value: flag, text: flag }))}
          chosen={flags}
          onChange={(chosen) => setFilter({ flags: chosen, uploads })}
        />
      )}
      <FilterPicker
        label={FILE.uploads(known.length)}
        find={FILE.findUpload}
        options={known.map(optionOf)}
        chosen={uploads}
        onChange={(chosen) => setFilter({ flags, uploads: chosen })}
      >
        {error !== null && <SectionError error={error} onRetry={() => void refetch()} />}
        {data !== undefined && data.left_off > 0 && (
          <p className={styles.leftOff}>{FILE.uploadsLeftOff(data.left_off)}</p>
        )}
      </FilterPicker>
      {flags.map((flag) => (
        <Chip
          key={`flag ${flag}`}
          name={flag}
          onRemove={() => setFilter({ flags: flags.filter((each) => each !== flag), uploads })}
        />
      ))}
      {uploads.map((id) => (
        <Chip
          key={`upload ${id}`}
          name={nameOf(id)}
          onRemove={() => setFilter({ flags, uploads: uploads.filter((each) => each !== id) })}
        />
      ))}
      {flags.length + uploads.length > 1 && (
        <Button kind="quiet" onClick={() => setFilter({ flags: [], uploads: [] })}>
          {FILE.clearFilters}
        </Button>
      )}
    </>
  );
}

function optionOf(upload: FileUpload): FilterOption {
  const { id, name, flags, at, coverage } = upload;
  const text = FILE.uploadName(name, flags, id);
  const content = (
    <span className={styles.upload}>
      {text}
      <small>
        {SHARED.ratioLines(coverage.hits, coverage.lines)} · <Time at={at} />
      </small>
    </span>
  );
  return { value: id, text, content };
}

function Chip({ name, onRemove }: { readonly name: string; readonly onRemove: () => void }) {
  return (
    <span className={styles.chip}>
      {FILE.filtered} {name}
      <button type="button" aria-label={FILE.removeFilter(name)} onClick={onRemove}>
        <X {...ICON} />
      </button>
    </span>
  );
}

function FileMenu({ file, address, tools, hasText, wraps, onWraps }: FileHeaderProps) {
  const [{ editor }] = usePreferences();
  const { source, forge_url: forge, path, commit } = file;
  const { range, place, addressOf } = address;
  const raw = rawAddress(file, place);
  const inEditor = editorAddress(editor, path, range?.from ?? 1);
  const permalink = addressOf(commit.sha, range);
  const shown = file.report?.filtered ?? file.report?.coverage ?? null;
  return (
    <span className={`${styles.end} ${styles.menu}`}>
      {hasText && (
        <Button kind="quiet" className={styles.wide} title={VIEWER.withKey(VIEWER.find, '/')} onClick={tools.find}>
          {FILE.find}
        </Button>
      )}
      {hasText && (
        <Button kind="quiet" className={styles.wide} aria-pressed={wraps} onClick={() => onWraps(!wraps)}>
          {FILE.wrap}
        </Button>
      )}
      <Menu label={FILE.more} trigger={<Ellipsis {...ICON} />}>
        {hasText && <MenuItem onSelect={() => onWraps(!wraps)}>{FILE.wrap}</MenuItem>}
        {raw !== null && source.kind === 'here' && (
          <MenuLink>
            <a href={raw}>{FILE.raw}</a>
          </MenuLink>
        )}
        {raw !== null && (
          <MenuLink>
            <a href={`${raw}?download=${encodeURIComponent(path)}`}>{FILE.download}</a>
          </MenuLink>
        )}
        {forge !== null && (
          <MenuLink>
            <a href={range === null ? forge : `${forge}#L${range.from}`} rel="noreferrer">
              {FILE.forge}
            </a>
          </MenuLink>
        )}
        {inEditor !== null && (
          <MenuLink>
            <a href={inEditor}>{FILE.editor}</a>
          </MenuLink>
        )}
        <MenuSeparator />
        <MenuItem onSelect={() => void copyAloud(permalink)}>{FILE.copyPermalinkKey}</MenuItem>
        <MenuItem onSelect={() => void copyAloud(FILE.markdownText(path, permalink, shown?.coverage ?? null))}>
          {FILE.markdown}
        </MenuItem>
      </Menu>
    </span>
  );
}

/** The address of the text alone; null when nobody has it. */
export function rawAddress({ source }: FileAnswer, place: FileAddress['place']): string | null {
  if (source.kind === 'not_sent' || (source.kind === 'too_big' && !source.is_kept)) return null;
  return apiAddress(`${repositoryPath(place)}/source/${source.blob}`);
}
