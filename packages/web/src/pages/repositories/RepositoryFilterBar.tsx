import { REPOSITORY_DISPLAYS } from '@thatch/server/http/ui/contract/repositories.ts';
import { useEffect, useId, useState } from 'react';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { KEYBOARD } from '../../messages/en/keyboard.ts';
import { REPOSITORIES } from '../../messages/en/repositories.ts';
import { useFilters } from './filters.ts';
import styles from './RepositoryFilterBar.module.css';

/** A letter that follows within this belongs to the same word. */
const TYPING_MS = 150;

/** Search and filters; what they say stands in the address. */
export function RepositoryFilterBar() {
  const { filters, change } = useFilters();
  const id = useId();
  useShortcuts([{ keys: '/', label: KEYBOARD.searchHere, run: () => document.getElementById(id)?.focus() }]);
  return (
    <search className={styles.bar} aria-label={REPOSITORIES.filters}>
      <SearchInput id={id} value={filters.search} onChange={(search, isTyping) => change({ search }, isTyping)} />
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">{REPOSITORIES.filters}</legend>
        {REPOSITORY_DISPLAYS.map((display) => (
          <label key={display} className={styles.choice}>
            <input
              type="radio"
              name={`${id}-display`}
              checked={filters.repoDisplay === display}
              onChange={() => change({ repoDisplay: display })}
            />
            <span>{REPOSITORIES.displays[display]}</span>
          </label>
        ))}
      </fieldset>
      <label className={styles.stale}>
        <input type="checkbox" checked={filters.stale} onChange={() => change({ stale: !filters.stale })} />
        {REPOSITORIES.stale}
      </label>
    </search>
  );
}

/** Writes the address when the typing pauses: the first letter makes a step of the history, the following ones change it. */
function SearchInput({
  id,
  value,
  onChange,
}: {
  readonly id: string;
  readonly value: string;
  readonly onChange: (text: string, isTyping: boolean) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      onChange(typed, value !== '');
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
    // A render in between does not begin the pause anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react-hooks/exhaustive-deps
  }, [typed]);
  return (
    <input
      id={id}
      type="search"
      className={styles.search}
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      aria-label={REPOSITORIES.search}
      placeholder={REPOSITORIES.search}
      aria-keyshortcuts="/"
      autoComplete="off"
      spellCheck={false}
    />
  );
}
