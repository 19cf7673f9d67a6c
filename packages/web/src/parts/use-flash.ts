import { useEffect, useRef, useState } from 'react';
import styles from './flash.module.css';

const FLASH_MS = 1000;

/**
 * A class that lights what changed by itself once, for a second (visual-design §5). `value` tells what is shown, `subject` of what: when the
 * subject changes, somebody went elsewhere and nothing is lit; null while what is shown is of another subject still.
 */
export function useFlash(value: string, subject: string | null): string {
  const [isLit, setLit] = useState(false);
  const before = useRef({ value, subject });
  useEffect(() => {
    if (subject === null) return;
    const isChange = before.current.subject === subject && before.current.value !== value;
    before.current = { value, subject };
    if (!isChange) return;
    setLit(true);
    const timer = setTimeout(() => setLit(false), FLASH_MS);
    return () => clearTimeout(timer);
  }, [value, subject]);
  return isLit ? styles.lit : '';
}
