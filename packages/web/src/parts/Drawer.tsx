import { X } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import styles from './Drawer.module.css';

/**
 * Details at the edge of the page, the whole width on phones. Esc, the button and a click beside it close it, and the focus goes back to
 * where it was; what is below cannot be reached meanwhile.
 */
export function Drawer({
  title,
  onClose,
  children,
}: {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed while it is still in the document: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    // Opened in two ways when effects run twice, as they do in development.
    if (shown !== null && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  useEffect(() => {
    const shown = dialog.current;
    const closeBeside = (event: MouseEvent): void => {
      if (event.target === shown) onClose();
    };
    shown?.addEventListener('click', closeBeside);
    return () => shown?.removeEventListener('click', closeBeside);
  }, [onClose]);
  return (
    <dialog
      ref={dialog}
      className={styles.drawer}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={styles.sheet}>
        <header className={styles.head}>
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            className={styles.close}
            aria-label={SHARED.close}
            title={SHARED.close}
            onClick={onClose}
          >
            <X size={20} strokeWidth={1.75} />
          </button>
        </header>
        <div className={styles.body}>{children}</div>
      </div>
    </dialog>
  );
}
