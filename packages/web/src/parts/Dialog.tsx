import { useId, useRef, type ReactNode } from 'react';
import styles from './Dialog.module.css';
import { useModal } from './use-modal.ts';

/**
 * A question or a form above the page. Its title says the act, its buttons repeat it (visual-design §6): the last child is
 * {@link DialogActs}. Esc closes it; the focus goes back to where it was.
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
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The buttons of a dialog, at its end. */
export function DialogActs({ children }: { readonly children: ReactNode }) {
  return <div className={styles.acts}>{children}</div>;
}
