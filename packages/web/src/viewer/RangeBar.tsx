import { Check, Code, ExternalLink, Link as LinkIcon, MapPin, SquarePen, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { SHARED } from '../messages/en/shared.ts';
import { VIEWER } from '../messages/en/viewer.ts';
import { announce } from '../parts/announce.ts';
import { Button, buttonClass } from '../parts/Button.tsx';
import { copyText } from '../parts/CopyButton.tsx';
import type { LineRange } from './line-range.ts';
import styles from './CodeViewer.module.css';

/** What can be copied of selected lines, and where they can be opened. */
export interface RangeTexts {
  readonly permalink: string;
  /** Null where the code is not known. */
  readonly code: string | null;
  /** `src/a.ts:40-52`. */
  readonly place: string;
  readonly forge: string | null;
  readonly editor: string | null;
}

/** The bar of the selected lines. */
export function RangeBar({
  range,
  texts,
  onClear,
}: {
  readonly range: LineRange;
  readonly texts: RangeTexts;
  readonly onClear: () => void;
}) {
  const size = { size: 16, strokeWidth: 1.75 } as const;
  return (
    <div role="toolbar" aria-label={VIEWER.rangeBar} className={styles.rangeBar}>
      <span className="numbers">{VIEWER.range(range.from, range.to)}</span>
      <CopyText icon={<LinkIcon {...size} />} label={VIEWER.copyPermalink} text={texts.permalink} />
      {texts.code !== null && <CopyText icon={<Code {...size} />} label={VIEWER.copyCode} text={texts.code} />}
      <CopyText icon={<MapPin {...size} />} label={VIEWER.copyPlace} text={texts.place} />
      {texts.forge !== null && (
        <a
          className={buttonClass('quiet')}
          href={texts.forge}
          rel="noreferrer"
          aria-label={VIEWER.openAtForge}
          title={VIEWER.openAtForge}
        >
          <ExternalLink {...size} />
        </a>
      )}
      {texts.editor !== null && (
        <a
          className={buttonClass('quiet')}
          href={texts.editor}
          aria-label={VIEWER.openInEditor}
          title={VIEWER.openInEditor}
        >
          <SquarePen {...size} />
        </a>
      )}
      <Button kind="quiet" aria-label={VIEWER.clear} title={VIEWER.clear} onClick={onClear}>
        <X {...size} />
      </Button>
    </div>
  );
}

const SHOWN_MS = 1500;

function CopyText({ icon, label, text }: { readonly icon: ReactNode; readonly label: string; readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) return;
    setCopied(true);
    announce(SHARED.copied);
  };
  return (
    <Button kind="quiet" aria-label={SHARED.copy(label.toLowerCase())} title={text} onClick={copy}>
      {isCopied ? <Check size={16} strokeWidth={1.75} /> : icon}
      <span>{label}</span>
    </Button>
  );
}
