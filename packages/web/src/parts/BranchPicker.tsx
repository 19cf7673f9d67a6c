import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, GitBranch } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type UIEvent } from 'react';
import type { BranchesAnswer } from '@thatch/server/http/ui/contract/branches.ts';
import { read, repositoryPath } from '../api/client.ts';
import { useShortcuts } from '../keyboard/shortcuts.ts';
import { BRANCHES } from '../messages/en/branches.ts';
import { KEYBOARD } from '../messages/en/keyboard.ts';
import styles from './BranchPicker.module.css';
import { buttonClass } from './Button.tsx';
import { Field } from './Field.tsx';
import { Percent } from './Percent.tsx';

interface BranchPickerProps {
  readonly repository: { readonly svc: string; readonly owner: string; readonly repo: string };
  /** What is shown now: a branch, tag or the beginning of a commit. */
  readonly current: string;
  readonly onPick: (branch: string) => void;
  /** Typed already when it opens: what was looked for and is not known. */
  readonly initialText?: string;
}

/** Pixels from the end of the list at which its next page is asked for. */
const NEAR_END = 200;

/** A button with the branch, or the key `b`, that opens a list of all: the default first, then those that moved last, found as one types. */
export function BranchPicker(props: BranchPickerProps) {
  const [isOpen, setOpen] = useState(false);
  useShortcuts([{ keys: 'b', label: KEYBOARD.branch, run: () => setOpen(true) }]);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className={`${buttonClass()} ${styles.trigger}`} aria-label={BRANCHES.pick(props.current)}>
        <GitBranch size={16} strokeWidth={1.75} aria-hidden="true" />
        <span>{props.current}</span>
        <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.panel}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={BRANCHES.label}
        >
          <BranchList
            {...props}
            onPick={(branch) => {
              setOpen(false);
              props.onPick(branch);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The list alone, for pages that ask which branch is meant. */
export function BranchList({ repository, current, onPick, initialText = '' }: BranchPickerProps) {
  const [text, setText] = useState(initialText);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const query = useBranches(repository, text);
  const branches = query.data?.pages.flatMap((page) => page.branches) ?? [];
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive(Math.min(branches.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter' && branches[active] !== undefined) onPick(branches[active].name);
    else return;
    event.preventDefault();
  };
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent): void => {
    if (scrollHeight - scrollTop - clientHeight < NEAR_END && query.hasNextPage && !query.isFetching) {
      void query.fetchNextPage();
    }
  };
  return (
    <>
      <div className={styles.search}>
        <Field
          label={BRANCHES.find}
          type="search"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={text}
          role="combobox"
          aria-expanded={branches.length > 0}
          aria-controls={id}
          aria-activedescendant={branches[active] === undefined ? undefined : `${id}-${active}`}
          onChange={({ target }) => {
            setText(target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={BRANCHES.label}
        hidden={branches.length === 0}
        className={styles.list}
        onScroll={onScroll}
      >
        {branches.map(({ name, is_default, coverage }, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field hears the keys of the list
          <div
            key={name}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            aria-current={name === current || undefined}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onClick={() => onPick(name)}
          >
            <span className={styles.name} title={name}>
              {name}
            </span>
            {is_default && <span className={styles.default}>{BRANCHES.isDefault}</span>}
            <span className={styles.coverage}>
              <Percent of={coverage} />
            </span>
          </div>
        ))}
      </div>
      {query.isSuccess && branches.length === 0 && (
        <p className={styles.note}>{text === '' ? BRANCHES.none : BRANCHES.noneFits(text)}</p>
      )}
      {query.isError && <p className={styles.note}>{query.error.message}</p>}
    </>
  );
}

function useBranches(repository: BranchPickerProps['repository'], search: string) {
  const { svc, owner, repo } = repository;
  return useInfiniteQuery({
    queryKey: ['repos', svc, owner, repo, 'branches', search],
    queryFn: ({ signal, pageParam }) =>
      read<BranchesAnswer>(`${repositoryPath(repository)}/branches`, { search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  });
}
