import type { ReactNode } from 'react';
import type { FileAnswer } from '@thatch/server/http/ui/contract/file.ts';
import { FILE } from '../../messages/en/file.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button, buttonClass } from '../../parts/Button.tsx';
import { rawAddress } from './FileHeader.tsx';
import styles from './FilePage.module.css';
import type { FileAddress } from './use-file-address.ts';

interface SourceNoticeProps {
  readonly file: FileAnswer;
  readonly place: FileAddress['place'];
  /** The code of the report is shown in place of the commit's. */
  readonly showsOther: boolean;
  readonly onShowOther: (showsOther: boolean) => void;
}

/** What is to be said of the code that is shown, or is not (web-ui §3.7); nothing when all is as it should be. */
export function SourceNotice(props: SourceNoticeProps) {
  const said = noticeOf(props);
  if (said === null && props.file.report?.lines.is_cut !== true) return null;
  return (
    <div className={styles.notice}>
      {said !== null && (
        <Banner kind={said.kind} action={said.action}>
          <p>{said.sentence}</p>
          {said.hint !== undefined && <p>{said.hint}</p>}
        </Banner>
      )}
      {props.file.report?.lines.is_cut === true && <Banner kind="part">{FILE.linesCut}</Banner>}
    </div>
  );
}

interface Said {
  readonly kind: 'info' | 'part';
  readonly sentence: string;
  readonly hint?: string;
  readonly action?: ReactNode;
}

function noticeOf({ file, place, showsOther, onShowOther }: SourceNoticeProps): Said | null {
  const { source, commit, report, path } = file;
  if (source.kind === 'not_sent') {
    if (source.why === 'no_tree') return { kind: 'info', sentence: FILE.noTree(commit.sha), hint: FILE.noTreeHint };
    if (source.why === 'not_in_tree') return { kind: 'part', sentence: FILE.notInTree, hint: FILE.notInTreeHint };
    return { kind: 'info', sentence: FILE.noContent, hint: FILE.noContentHint };
  }
  const raw = rawAddress(file, place);
  const download =
    raw === null ? undefined : (
      <a className={buttonClass()} href={`${raw}?download=${encodeURIComponent(path)}`}>
        {FILE.download}
      </a>
    );
  if (source.kind === 'binary') return { kind: 'info', sentence: FILE.binary(source.size), action: download };
  if (source.kind === 'too_big') {
    const { size, is_kept: isKept } = source;
    return { kind: 'info', sentence: isKept ? FILE.tooBig(size) : FILE.tooBigNotKept(size), action: download };
  }
  if (report === null) return { kind: 'part', sentence: FILE.absentSentence(path) };
  const { changed } = source;
  if (changed === null) return null;
  if (changed.kind === 'lines_beyond') {
    return { kind: 'part', sentence: FILE.linesBeyond(changed.last_line, changed.lines), hint: FILE.linesBeyondHint };
  }
  return {
    kind: 'part',
    sentence: FILE.otherBlob(changed.sha),
    action: changed.is_kept ? (
      <Button onClick={() => onShowOther(!showsOther)}>{showsOther ? FILE.showOwn : FILE.showOther}</Button>
    ) : undefined,
  };
}
