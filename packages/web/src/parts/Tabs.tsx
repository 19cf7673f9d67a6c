import { useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import styles from './Tabs.module.css';

/**
 * Tabs that change what is shown below them, without being pages of their own: arrows, Home and End move between them. On narrow screens they
 * scroll sideways. `children` is the panel of the chosen one.
 */
export function Tabs<Name extends string>({
  label,
  tabs,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly label: ReactNode }[];
  readonly value: Name;
  readonly onChange: (name: Name) => void;
  readonly children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // On narrow screens the chosen one may lie beyond the edge.
  useLayoutEffect(() => {
    const row = list.current;
    const chosen = document.getElementById(`${id}-${value}`);
    if (row !== null && chosen !== null) {
      row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
    }
  }, [id, value]);
  const move = (event: KeyboardEvent): void => {
    const target = targetOf(
      event.key,
      tabs.findIndex(({ name }) => name === value),
      tabs.length,
    );
    if (target === null) return;
    event.preventDefault();
    onChange(tabs[target].name);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[target].focus();
  };
  return (
    <div className={styles.tabs}>
      <div ref={list} role="tablist" aria-label={label} className={styles.list}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === value ? 0 : -1}
            className={styles.tab}
            onKeyDown={move}
            onClick={() => onChange(tab.name)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </div>
  );
}

function targetOf(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
