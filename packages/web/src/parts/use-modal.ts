import { type RefObject, useLayoutEffect } from 'react';

/** Opens a dialog as a modal while it is mounted; closed before it goes, so that the focus returns to where it was. */
export function useModal(dialog: RefObject<HTMLDialogElement | null>): void {
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, [dialog]);
}
