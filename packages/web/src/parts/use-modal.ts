import { type RefObject, useLayoutEffect } from 'react';

/**
 * Opens a dialog as a modal while it is mounted; closed before it goes, so that the focus returns to where it was.
 *
 * @param first what gets the focus; without it, as browsers choose
 */
export function useModal(dialog: RefObject<HTMLDialogElement | null>, first?: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    first?.current?.focus();
    return () => current?.close();
  }, [dialog, first]);
}
