import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { UploadAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { read, repositoryPath } from '../../api/client.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import { Drawer } from '../../parts/Drawer.tsx';
import { ProblemList } from '../../parts/ProblemList.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { UploadTimeline } from '../../parts/UploadTimeline.tsx';
import { commitKey, type CommitPlace } from './commit-data.ts';
import { UploadActions } from './UploadActions.tsx';
import styles from './UploadDrawer.module.css';
import { UploadFacts } from './UploadFacts.tsx';
import { UploadInspection } from './UploadInspection.tsx';
import { uploadName, uploadState } from './upload-words.ts';

/** One upload: what became of it, what was wrong, what would help, and its bytes. */
export function UploadDrawer({
  place,
  id,
  onClose,
}: {
  readonly place: CommitPlace;
  readonly id: string;
  readonly onClose: () => void;
}) {
  const query = useQuery({
    queryKey: [...commitKey(place), 'upload', id],
    queryFn: ({ signal }) =>
      read<UploadAnswer>(`${repositoryPath(place)}/uploads/${encodeURIComponent(id)}`, {}, signal),
  });
  const title = query.data === undefined ? UPLOADS.name : UPLOADS.detail(uploadName(query.data.upload));
  return (
    <Drawer title={title} onClose={onClose}>
      <Section query={query} skeleton={<Skeleton rows={8} />}>
        {(answer) => <Upload place={place} answer={answer} onRemoved={onClose} />}
      </Section>
    </Drawer>
  );
}

/** Reports in which something could not be read; their beginning tells more than a code. */
const SHOWS_HEAD: ReadonlySet<string> = new Set([
  'unsupported_file_format',
  'not_a_coverage_report',
  'file_damaged',
  'unknown_encoding',
  'container_unreadable',
]);

function Upload({
  place,
  answer,
  onRemoved,
}: {
  readonly place: CommitPlace;
  readonly answer: UploadAnswer;
  readonly onRemoved: () => void;
}) {
  const { upload, problems, notices, dropped } = answer;
  const hasUnmatched = dropped.some(({ reason }) => reason === 'not_in_repo' || reason === 'outside');
  const hasHead = problems.some(({ code }) => SHOWS_HEAD.has(code));
  return (
    <>
      <div className={styles.state}>
        <StatusBadge kind={uploadState(upload.state)}>{UPLOADS.states[upload.state]}</StatusBadge>
        {upload.superseded_by !== null && (
          <p>
            {UPLOADS.supersededBy}.{' '}
            <Link
              to="/$svc/$owner/$repo/commit/$sha/uploads/$upload"
              params={{ ...place, upload: upload.superseded_by }}
              search={true}
              resetScroll={false}
            >
              {UPLOADS.successor}
            </Link>
          </p>
        )}
      </div>
      {problems.length > 0 && (
        <section className={styles.section}>
          <h3>{UPLOADS.problems}</h3>
          <ProblemList problems={problems} />
        </section>
      )}
      {(hasUnmatched || hasHead) && (
        <UploadInspection place={place} id={upload.id} hasUnmatched={hasUnmatched} hasHead={hasHead} />
      )}
      <section className={styles.section}>
        <h3>{UPLOADS.timeline}</h3>
        <UploadTimeline upload={upload} />
      </section>
      <UploadFacts upload={upload} />
      {dropped.length > 0 && (
        <section className={styles.section}>
          <h3>{UPLOADS.dropped}</h3>
          {dropped.map(({ reason, count, examples }) => (
            <details key={reason} className={styles.dropped}>
              <summary>{UPLOADS.droppedReason(count, reason)}</summary>
              <ul>
                {examples.map((path) => (
                  <li key={path}>
                    <code>{path}</code>
                  </li>
                ))}
              </ul>
            </details>
          ))}
        </section>
      )}
      {notices.length > 0 && (
        <section className={styles.section}>
          <h3>{UPLOADS.notices}</h3>
          <ul className={styles.notices}>
            {notices.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
        </section>
      )}
      <UploadActions place={place} answer={answer} onRemoved={onRemoved} />
    </>
  );
}
