let region: HTMLElement | null = null;

/** Says a sentence to assistive technology, politely: what changed without the focus being there. */
export function announce(sentence: string): void {
  region ??= makeRegion();
  // An equal text is said again only when the node changes.
  region.textContent = '';
  const target = region;
  requestAnimationFrame(() => {
    target.textContent = sentence;
  });
}

function makeRegion(): HTMLElement {
  const made = document.createElement('div');
  made.className = 'visually-hidden';
  made.setAttribute('role', 'status');
  made.setAttribute('aria-live', 'polite');
  document.body.append(made);
  return made;
}
