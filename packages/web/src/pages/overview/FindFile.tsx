import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import type { ResolvedRef } from '@thatch/server/http/ui/contract/overview.ts';
import { writeRef } from '../../addresses/refs.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { TREE } from '../../messages/en/tree.ts';
import { Highlighted } from '../../parts/path-search/Highlighted.tsx';
import { usePathSearch } from '../../parts/path-search/path-search.ts';
import type { ReportChoice } from '../../parts/tree/report-choice.ts';
import { useTypedText } from '../../parts/use-typed-text.ts';
import styles from './FindFile.module.css';
import type { RepositoryAddress } from './overview-queries.ts';
import { flagsOnly, type OverviewSearch } from './overview-search.ts';

const MOST_SHOWN = 12;

/** A field that finds files at every key, opens one by Enter, and filters what is shown below. */
export function FindFile({
  choice,
  resolved,
  search,
  onSearch,
  repository,
}: {
  readonly choice: ReportChoice;
  readonly resolved: ResolvedRef;
  readonly search: OverviewSearch;
  readonly onSearch: (next: OverviewSearch, isTyped?: boolean) => void;
  readonly repository: RepositoryAddress;
}) {
  const [text, setText] = useTypedText(search.search, (next) => onSearch({ ...search, search: next }, true));
  const [isOpen, setOpen] = useState(false);
  const [isUsed, setUsed] = useState(false);
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const id = useId();
  const found = usePathSearch({ ...repository, sha: choice.sha }, isUsed ? text.trim() : null);
  const hits = found.kind === 'hits' && text.trim() !== '' ? found.hits.slice(0, MOST_SHOWN) : [];
  const isShown = isOpen && hits.length > 0;
  const open = (path: string): void => {
    setOpen(false);
    const params = { ...repository, ref: writeRef(resolved.ref), _splat: path };
    void navigate({ to: '/$svc/$owner/$repo/blob/$ref/$', params, search: flagsOnly(search.flags) as never });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive(Math.min(hits.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter' && isShown) open(hits[active].path);
    else if (event.key === 'Escape' && isShown) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.find}>
      <Search size={16} strokeWidth={1.75} aria-hidden="true" />
      <input
        type="search"
        data-find-file=""
        aria-label={OVERVIEW.find}
        placeholder={OVERVIEW.find}
        autoComplete="off"
        spellCheck={false}
        value={text}
        role="combobox"
        aria-expanded={isShown}
        aria-controls={id}
        aria-activedescendant={isShown ? `${id}-${active}` : undefined}
        onFocus={() => setUsed(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
          setOpen(true);
        }}
      />
      {text === '' && <kbd aria-hidden="true">{OVERVIEW.findKey}</kbd>}
      <div id={id} role="listbox" aria-label={OVERVIEW.find} className={styles.hits} hidden={!isShown}>
        {hits.map(({ path, misses, matches }, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field hears the keys of the list
          <div
            key={path}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={styles.hit}
            onPointerMove={() => setActive(index)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => open(path)}
          >
            <span className={styles.path} title={path}>
              <Highlighted text={path} matches={matches} />
            </span>
            {misses > 0 && <span className={styles.misses}>{TREE.misses(misses)}</span>}
          </div>
        ))}
      </div>
      <span className="visually-hidden" role="status">
        {isShown ? OVERVIEW.found(hits.length) : found.kind === 'failed' ? OVERVIEW.findFailed : ''}
      </span>
    </div>
  );
}
