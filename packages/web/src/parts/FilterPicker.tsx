import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import { Button } from './Button.tsx';
import { Field } from './Field.tsx';
import styles from './FilterPicker.module.css';

interface FilterPickerProps {
  /** What is chosen, as the button says it: "2 flags". */
  readonly label: string;
  /** What the field above the list asks for: "Find a flag". */
  readonly find: string;
  readonly options: readonly FilterOption[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** Below the list: that some are not in it, or that it could not be read. */
  readonly children?: ReactNode;
}

export interface FilterOption {
  readonly value: string;
  /** What is looked through, and shown where there is no `content`. */
  readonly text: string;
  readonly content?: ReactNode;
}

/** So many are shown; of more, one types a part of the name (web-ui §7: 2,000 flags stay usable). */
const MOST_SHOWN = 100;
/** So few are seen at a glance. */
const NEEDS_SEARCH = 10;

/** A button that opens a list of which any can be chosen, found as one types; what is chosen when it opens stands first. */
export function FilterPicker({ label, children, ...list }: FilterPickerProps) {
  return (
    <Popover.Root>
      <Popover.Trigger className={styles.trigger}>
        {label} <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.panel}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={list.find}
        >
          <FilterList {...list} />
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function FilterList({ find, options, chosen, onChange }: Omit<FilterPickerProps, 'label' | 'children'>) {
  const [text, setText] = useState('');
  const [chosenFirst] = useState(chosen);
  const list = useRef<HTMLUListElement>(null);
  const fitting = fittingOptions(options, text, chosenFirst);
  const shown = fitting.slice(0, MOST_SHOWN);
  return (
    <>
      {options.length > NEEDS_SEARCH && (
        <div className={styles.search}>
          <Field
            label={find}
            type="search"
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              list.current?.scrollTo(0, 0);
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') focusBox(event, boxesOf(list.current)[0]);
            }}
          />
        </div>
      )}
      <ul ref={list} className={styles.list}>
        {shown.map(({ value, text: name, content }) => (
          <li key={value}>
            <label className={styles.option}>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...chosen, value] : chosen.filter((other) => other !== value))
                }
                onKeyDown={moveOn}
              />
              {content ?? <span className={styles.name}>{name}</span>}
            </label>
          </li>
        ))}
      </ul>
      <p role="status" className={styles.note}>
        {fitting.length === 0 && text !== '' && SHARED.noneFits(text)}
        {fitting.length > shown.length && SHARED.moreFit(shown.length, fitting.length)}
      </p>
      {chosen.length > 0 && (
        <div className={styles.clear}>
          <Button kind="quiet" onClick={() => onChange([])}>
            {SHARED.clearFilter}
          </Button>
        </div>
      )}
    </>
  );
}

/** Options that hold the text, upper and lower case alike; those of `first` before the others. */
export function fittingOptions(
  options: readonly FilterOption[],
  text: string,
  first: readonly string[],
): readonly FilterOption[] {
  const wanted = text.trim().toLowerCase();
  const fitting = options.filter((option) => option.text.toLowerCase().includes(wanted));
  const isFirst = new Set(first);
  return [...fitting.filter(({ value }) => isFirst.has(value)), ...fitting.filter(({ value }) => !isFirst.has(value))];
}

/** Up and down lead from box to box, as in every list. */
function moveOn(event: KeyboardEvent<HTMLInputElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const boxes = boxesOf(event.currentTarget.closest('ul'));
  focusBox(event, boxes[boxes.indexOf(event.currentTarget) + step]);
}

function boxesOf(list: HTMLElement | null): readonly HTMLInputElement[] {
  return [...(list?.querySelectorAll('input') ?? [])];
}

function focusBox(event: KeyboardEvent, box: HTMLInputElement | undefined): void {
  event.preventDefault();
  box?.focus();
}
