import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { CommitAnswer, UploadRow } from '@thatch/server/http/ui/contract/commit.ts';
import { COMMIT, UPLOADS } from '../../messages/en/commit.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { Button, buttonClass } from '../../parts/Button.tsx';
import { useChoice, useCommit, useCommitPlace } from './commit-data.ts';
import styles from './CommitUploads.module.css';
import { UploadDrawer } from './UploadDrawer.tsx';
import { UploadLine } from './UploadLine.tsx';
import { groupByCi } from './upload-words.ts';

/** `/uploads`: every upload of the commit, by CI, with its state and why; `/uploads/:id` shows one beside the page. */
export function CommitUploads() {
  const place = useCommitPlace();
  const { choice } = useChoice();
  const { upload } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCommit(place, choice);
  const close = (): void =>
    void navigate({
      to: '/$svc/$owner/$repo/commit/$sha/uploads',
      params: place,
      search: true,
      resetScroll: false,
    });
  return (
    <>
      <Section query={query} skeleton={<Skeleton rows={6} />}>
        {(commit) => <UploadTable commit={commit} />}
      </Section>
      {upload !== undefined && <UploadDrawer key={upload} place={place} id={upload} onClose={close} />}
    </>
  );
}

/** Rows that are in the document until more are asked for. */
const ROWS_AT_ONCE = 100;

/** The uploads of a commit. */
export function UploadTable({ commit }: { readonly commit: CommitAnswer }) {
  const params = useParams({ from: '/$svc/$owner/$repo' });
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const { uploads, uploads_all: all } = commit;
  if (uploads.length === 0) {
    return (
      <Empty title={UPLOADS.none}>
        <Link to="/$svc/$owner/$repo/new" params={params} className={buttonClass('primary')}>
          {COMMIT.connect}
        </Link>
      </Empty>
    );
  }
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{UPLOADS.counts}</span>
            </th>
            <th scope="col">{UPLOADS.name}</th>
            <th scope="col">{UPLOADS.state}</th>
            <th scope="col" className={styles.wide}>
              {UPLOADS.format}
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              {UPLOADS.size}
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              {UPLOADS.files}
            </th>
            <th scope="col" className={`${styles.number} ${styles.middle}`}>
              {UPLOADS.lines}
            </th>
            <th scope="col" className={styles.number}>
              {UPLOADS.coverage}
            </th>
            <th scope="col" className={`${styles.number} ${styles.middle}`}>
              {UPLOADS.received}
            </th>
            <th scope="col" className={`${styles.number} ${styles.wide}`}>
              {UPLOADS.took}
            </th>
          </tr>
        </thead>
        {groupByCi(uploads.slice(0, most)).map(([ci, group]) => (
          <UploadGroup key={ci} ci={ci} group={group} choosable={choosableIds(commit)} />
        ))}
      </table>
      {all > most && (
        <p className={styles.more}>
          {UPLOADS.more(Math.min(most, uploads.length), all)}
          {uploads.length > most && (
            <Button onClick={() => setMost((before) => before + ROWS_AT_ONCE)}>{UPLOADS.showMore}</Button>
          )}
        </p>
      )}
    </>
  );
}

function UploadGroup({
  ci,
  group,
  choosable,
}: {
  readonly ci: string;
  readonly group: readonly UploadRow[];
  readonly choosable: readonly string[];
}) {
  return (
    <tbody>
      <tr className={styles.group}>
        <th scope="rowgroup" colSpan={2}>
          {ci}
        </th>
      </tr>
      {group.map((upload) => (
        <UploadLine key={upload.id} upload={upload} choosable={choosable} />
      ))}
    </tbody>
  );
}

/** An address has room for so many ids; of more uploads the flags choose. */
const MOST_CHOSEN = 100;

/** Uploads that can be left out, by id; none when they are too many, or not all are known here. */
function choosableIds({ uploads, uploads_all: all }: CommitAnswer): readonly string[] {
  const merged = uploads.filter(({ state }) => state === 'merged').map(({ id }) => id);
  return all > uploads.length || merged.length > MOST_CHOSEN ? [] : merged;
}
