import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import { whole } from '../../messages/en/shared.ts';
import { duration, size } from '../../messages/en/units.ts';
import { Percent } from '../../parts/Percent.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { Time } from '../../parts/Time.tsx';
import { useChoice, useCommitPlace } from './commit-data.ts';
import styles from './CommitUploads.module.css';
import { uploadName, uploadState, wholeTime } from './upload-words.ts';

/** One upload of the table, and why it does not count in full; its box recounts the page without it. */
export function UploadLine({
  upload,
  choosable,
}: {
  readonly upload: UploadRow;
  /** Ids of those that can be left out. */
  readonly choosable: readonly string[];
}) {
  const place = useCommitPlace();
  const { state, problem, coverage, bytes, files, flags, formats } = upload;
  const time = wholeTime(upload);
  const name = uploadName(upload);
  const why = useId();
  return (
    <>
      <tr className={state === 'superseded' || state === 'expired' ? `${styles.line} ${styles.aside}` : styles.line}>
        <td className={styles.box}>
          {choosable.includes(upload.id) && <CountBox upload={upload} choosable={choosable} name={name} />}
        </td>
        <td className={styles.what}>
          <Link
            to="/$svc/$owner/$repo/commit/$sha/uploads/$upload"
            params={{ ...place, upload: upload.id }}
            search={true}
            resetScroll={false}
            className={styles.name}
            aria-describedby={problem === null ? undefined : why}
          >
            {name}
          </Link>{' '}
          {upload.name !== null &&
            flags.map((flag) => (
              <span key={flag} className={styles.flag}>
                {flag}
              </span>
            ))}
          {upload.is_unprotected && <span className={styles.flag}>{UPLOADS.unprotected}</span>}
        </td>
        <td className={styles.state}>
          <StatusBadge kind={uploadState(state)} isDotted={state === 'superseded' || state === 'expired'}>
            {UPLOADS.states[state]}
          </StatusBadge>
        </td>
        <td className={styles.wide}>{formats.join(', ')}</td>
        <td className={`${styles.number} ${styles.wide}`}>{bytes === null ? '–' : size(bytes)}</td>
        <td className={`${styles.number} ${styles.wide}`}>{files === null ? '–' : whole(files)}</td>
        <td className={`${styles.number} ${styles.middle}`}>{coverage === null ? '–' : whole(coverage.lines)}</td>
        <td className={styles.number}>
          <Percent of={coverage} />
        </td>
        <td className={`${styles.number} ${styles.middle}`}>
          <Time at={upload.received_at} />
        </td>
        <td className={`${styles.number} ${styles.wide}`}>{time === null ? '–' : duration(time)}</td>
      </tr>
      {problem !== null && (
        <tr className={styles.why}>
          <td colSpan={10} id={why}>
            {problem.message}
          </td>
        </tr>
      )}
    </>
  );
}

function CountBox({
  upload,
  choosable,
  name,
}: {
  readonly upload: UploadRow;
  readonly choosable: readonly string[];
  readonly name: string;
}) {
  const { choice, choose } = useChoice();
  const chosen = choice.upload.length === 0 ? choosable : choosable.filter((id) => choice.upload.includes(id));
  const isCounted = chosen.includes(upload.id);
  const toggle = (): void => {
    const next = choosable.filter((id) => (id === upload.id ? !isCounted : chosen.includes(id)));
    choose({ upload: next.length === choosable.length ? [] : next });
  };
  // Without any upload there would be nothing to show.
  const isLast = isCounted && chosen.length === 1;
  return (
    <label className={styles.count}>
      <input type="checkbox" checked={isCounted} disabled={isLast} onChange={toggle} aria-label={UPLOADS.count(name)} />
    </label>
  );
}
