import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import { announce } from './announce.ts';
import styles from './CopyButton.module.css';

const SHOWN_MS = 1500;

/** Copies a text; answers with a tick and a polite sentence (web-ui §4.7). `what` names it: "Copy token". */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    if (await copyAloud(text)) setCopied(true);
  };
  return (
    <button
      type="button"
      className={styles.copy}
      aria-label={SHARED.copy(what)}
      title={SHARED.copy(what)}
      onClick={copy}
    >
      {isCopied ? <Check size={16} strokeWidth={1.75} /> : <Copy size={16} strokeWidth={1.75} />}
    </button>
  );
}

/** Copies, and says that it did (web-ui §4.7), for what has no button of its own to show it. Whether it worked. */
export async function copyAloud(text: string): Promise<boolean> {
  const isCopied = await copyText(text);
  if (isCopied) announce(SHARED.copied);
  return isCopied;
}

/** Writes to the clipboard; over plain http, where browsers have none, by a selection. Whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed here: the way below asks nobody.
    }
  }
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.style.position = 'fixed';
  field.style.opacity = '0';
  // A modal dialog lets nothing outside itself be selected.
  (focused?.closest('dialog') ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
