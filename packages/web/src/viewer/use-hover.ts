import { useEffect, useRef, type PointerEvent } from 'react';
import type { CodeLines } from './code-lines.ts';

/** Long enough that passing over does nothing. */
const OPEN_MS = 300;
const CLOSE_MS = 150;

interface Opened {
  readonly line: number;
  readonly isPinned: boolean;
  readonly takesFocus: boolean;
}

/** Opens the explanation of a partial line while the pointer rests on its value, and as long as it is on the explanation. */
export function useHover(lines: CodeLines, open: Opened | null, setOpen: (open: Opened | null) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const later = (milliseconds: number, next: Opened | null): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(next), milliseconds);
  };
  return {
    onPointerOver: ({ target, pointerType }: PointerEvent): void => {
      if (pointerType !== 'mouse' || open?.isPinned === true || !(target instanceof Element)) return;
      const line = Number(target.closest<HTMLElement>('[data-line]')?.dataset['line'] ?? 0);
      const isOnValue = target.closest('[data-part="hits"]') !== null;
      if (target.closest('[data-panel]') !== null || (isOnValue && open?.line === line)) clearTimeout(timer.current);
      else if (isOnValue && lines.classOf(line) === 'p') later(OPEN_MS, { line, isPinned: false, takesFocus: false });
      else if (open !== null) later(CLOSE_MS, null);
      else clearTimeout(timer.current);
    },
    onPointerLeave: (): void => {
      if (open?.isPinned === false) later(CLOSE_MS, null);
      else clearTimeout(timer.current);
    },
  };
}
