import { Search } from 'lucide-react';
import { FRAME } from '../messages/en/frame.ts';
import { MODIFIER } from '../keyboard/keys.ts';
import { openPalette } from './open.ts';
import styles from './SearchField.module.css';

/** Looks like a field and opens the palette; on phones an icon. */
export function SearchField() {
  return (
    <button
      type="button"
      className={styles.field}
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => openPalette()}
    >
      <Search size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.text}>{FRAME.search}</span>
      <kbd className={styles.key} aria-hidden="true">
        {MODIFIER} K
      </kbd>
    </button>
  );
}
