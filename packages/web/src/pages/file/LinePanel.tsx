import { useQuery } from '@tanstack/react-query';
import type { LineAnswer, LineUpload } from '@thatch/server/http/ui/contract/file.ts';
import { FILE } from '../../messages/en/file.ts';
import { VIEWER } from '../../messages/en/viewer.ts';
import { Button } from '../../parts/Button.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { Time } from '../../parts/Time.tsx';
import styles from './FilePage.module.css';
import { describeMissing } from './missing-branches.ts';
import { lineQuery, type RepositoryPlace } from './queries.ts';

/** What is known of one line: branches that were not taken, and what each upload says of it (web-ui §4.1). */
export function LinePanel({
  place,
  sha,
  path,
  line,
  onOnly,
}: {
  readonly place: RepositoryPlace;
  readonly sha: string;
  readonly path: string;
  readonly line: number;
  /** Counts only these uploads from now on; null where it is only looked at. */
  readonly onOnly: ((uploads: readonly string[]) => void) | null;
}) {
  const query = useQuery(lineQuery(place, { sha, path, line }));
  return (
    <Section query={query} skeleton={<Skeleton rows={2} height="24px" />}>
      {(answer) => <Explained answer={answer} onOnly={onOnly} />}
    </Section>
  );
}

function Explained({
  answer,
  onOnly,
}: {
  readonly answer: LineAnswer;
  readonly onOnly: ((uploads: readonly string[]) => void) | null;
}) {
  const { uploads, missing, value } = answer;
  const formats = new Set(uploads.map(({ format }) => format));
  const format = formats.size === 1 ? [...formats][0] : null;
  return (
    <div className={styles.panel}>
      <p>{sentenceOf(answer)}</p>
      {missing !== null && missing.length > 0 && (
        <ul className={styles.missing}>
          {missing.map((id) => (
            <li key={id}>{describeMissing(id, format, value)}</li>
          ))}
        </ul>
      )}
      {uploads.length > 0 && (
        <>
          <div className={styles.panelHead}>
            <p>{FILE.lineUploads(uploads.length)}</p>
            {onOnly !== null && (
              <Button onClick={() => onOnly(uploads.map(({ id }) => id))}>
                {uploads.length === 1 ? FILE.onlyThis : FILE.onlyThese}
              </Button>
            )}
          </div>
          <table className={styles.uploads}>
            <tbody>
              {uploads.map((upload) => (
                <UploadRow key={upload.id} upload={upload} onOnly={uploads.length > 1 ? onOnly : null} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}

function UploadRow({
  upload: { id, name, flags, at, value, rule, class: letter },
  onOnly,
}: {
  readonly upload: LineUpload;
  readonly onOnly: ((uploads: readonly string[]) => void) | null;
}) {
  const shown = FILE.uploadName(name, flags, id);
  return (
    <tr data-upload={id}>
      <td data-class={letter} title={VIEWER.className(letter)}>
        {VIEWER.value(value)}
      </td>
      <td>{shown}</td>
      <td className="mono">{flags.join(', ') === shown ? '' : flags.join(', ')}</td>
      <td className={`${styles.quiet} ${styles.wide}`}>{FILE.rules[rule]}</td>
      <td className={`${styles.quiet} ${styles.wide}`}>
        <Time at={at} />
      </td>
      <td>
        {onOnly !== null && (
          <Button kind="quiet" onClick={() => onOnly([id])}>
            {FILE.onlyThis}
          </Button>
        )}
      </td>
    </tr>
  );
}

function sentenceOf({ class: letter, value }: LineAnswer): string {
  if (typeof value === 'string' && value.includes('/')) {
    const [taken, all] = value.split('/');
    return FILE.branches(taken, all);
  }
  if (letter === 'p') return FILE.partialWithout;
  if (letter === 'm') return FILE.missedLine;
  if (letter === 'x') return FILE.excludedLine;
  return letter === 'h' ? FILE.coveredLine : FILE.classlessLine;
}
