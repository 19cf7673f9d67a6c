import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useId, useState } from 'react';
import { writeRef } from '../../addresses/refs.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { COMMITS } from '../../messages/en/commits.ts';
import { KEYBOARD } from '../../messages/en/keyboard.ts';
import { BranchPicker } from '../../parts/BranchPicker.tsx';
import { buttonClass } from '../../parts/Button.tsx';
import styles from './Filters.module.css';
import { STATUSES, toggleStatus, writeCommitsSearch, type CommitsSearch } from './search.ts';

/** Typing is not a search for every letter. */
const TYPING_MS = 250;

/** Which commits are listed: branch, words, author, states; all of it stands in the address. */
export function Filters({
  isAll,
  branch,
  search,
}: {
  readonly isAll: boolean;
  readonly branch: string | null;
  readonly search: CommitsSearch;
}) {
  const navigate = useNavigate();
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const change = (next: CommitsSearch): void => {
    const written = (raw: Readonly<Record<string, unknown>>): Record<string, unknown> => writeCommitsSearch(raw, next);
    void navigate({ to: '.', search: written as unknown as true });
  };
  const { coverageStatus = [] } = search;
  const id = useId();
  useShortcuts([{ keys: '/', label: KEYBOARD.searchHere, run: () => document.getElementById(id)?.focus() }]);
  return (
    <form role="search" className={styles.filters} onSubmit={(event) => event.preventDefault()}>
      <div className={styles.branches}>
        <BranchPicker
          repository={params}
          current={branch ?? COMMITS.branch}
          onPick={(name) =>
            void navigate({
              to: '/$svc/$owner/$repo/commits/$branch',
              params: { ...params, branch: writeRef(name) },
              search: true,
            })
          }
        />
        <Link
          to="/$svc/$owner/$repo/commits/$branch"
          params={{ ...params, branch: COMMITS.allBranches }}
          search={true}
          aria-current={isAll}
          className={buttonClass()}
        >
          {COMMITS.allBranches}
        </Link>
      </div>
      <TextFilter
        id={id}
        label={COMMITS.search}
        value={search.search ?? ''}
        onChange={(text) => change(withText(search, 'search', text))}
      />
      <TextFilter
        label={COMMITS.author}
        value={search.author ?? ''}
        onChange={(text) => change(withText(search, 'author', text))}
      />
      <fieldset className={styles.states}>
        <legend className="visually-hidden">{COMMITS.states}</legend>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={coverageStatus.includes(status)}
            onClick={() => change(toggleStatus(search, status))}
          >
            {COMMITS.status[status]}
          </button>
        ))}
      </fieldset>
    </form>
  );
}

function TextFilter({
  id,
  label,
  value,
  onChange,
}: {
  readonly id?: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // Back and "clear" change the address, not the field.
  if (known !== value) {
    setKnown(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      id={id}
      type="search"
      className={styles.text}
      aria-keyshortcuts={id === undefined ? undefined : '/'}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function withText(search: CommitsSearch, name: 'search' | 'author', text: string): CommitsSearch {
  const { [name]: _before, ...rest } = search;
  return text === '' ? rest : { ...rest, [name]: text };
}
