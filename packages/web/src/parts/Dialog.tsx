import { useId, useRef, type ReactNode } from 'react';
import styles from './Dialog.module.css';
import { useModal } from './use-modal.ts';

/**
 * A modal dialog; its title says the act. Esc and a click beside it close it, and the focus goes back to where it was. Its buttons stand in
 * {@link DialogActions}.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useModal(dialog);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      closedby="any"
      onClose={({ currentTarget, target }) => {
        // One that stands inside it may close too; and this one is closed before it goes.
        if (target === currentTarget && !currentTarget.open) onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The buttons of a dialog, at its end; the one that acts last. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
