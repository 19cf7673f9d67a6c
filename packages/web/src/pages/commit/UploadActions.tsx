import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CommitAnswer, UploadAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { change, repositoryPath } from '../../api/client.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import { announce } from '../../parts/announce.ts';
import { Button, buttonClass } from '../../parts/Button.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { commitKey, useChoice, useCommit, type CommitPlace } from './commit-data.ts';
import { useReprocess } from './CommitActions.tsx';
import styles from './UploadDrawer.module.css';
import { uploadName } from './upload-words.ts';

/** What can be done with an upload: its bytes taken along, read again, deleted. */
export function UploadActions({
  place,
  answer,
  onRemoved,
}: {
  readonly place: CommitPlace;
  readonly answer: UploadAnswer;
  readonly onRemoved: () => void;
}) {
  const { choice } = useChoice();
  const rights = useCommit(place, choice).data?.rights ?? NONE;
  const [isAsking, setAsking] = useState(false);
  const reprocess = useReprocess(place);
  const { upload, raw_path: raw } = answer;
  const mayRead = rights.may_reprocess && ['merged', 'processed', 'error'].includes(upload.state);
  if (raw === null && !mayRead && !rights.may_delete) return null;
  return (
    <>
      {isAsking ? (
        <RemoveDialog place={place} answer={answer} onKeep={() => setAsking(false)} onRemoved={onRemoved} />
      ) : (
        <div className={styles.actions}>
          {raw !== null && (
            <a href={PREFIX + raw} download className={buttonClass()}>
              {UPLOADS.raw}
            </a>
          )}
          {mayRead && (
            <Button busy={reprocess.isPending && UPLOADS.reading} onClick={() => reprocess.mutate(upload.id)}>
              {UPLOADS.again}
            </Button>
          )}
          {rights.may_delete && (
            <Button kind="danger" onClick={() => setAsking(true)}>
              {UPLOADS.remove}
            </Button>
          )}
        </div>
      )}
      {reprocess.error !== null && <SectionError error={reprocess.error} onRetry={() => reprocess.mutate(upload.id)} />}
    </>
  );
}

const NONE: CommitAnswer['rights'] = { may_reprocess: false, may_delete: false, may_read_raw: false };

function RemoveDialog({
  place,
  answer,
  onKeep,
  onRemoved,
}: {
  readonly place: CommitPlace;
  readonly answer: UploadAnswer;
  readonly onKeep: () => void;
  readonly onRemoved: () => void;
}) {
  const queries = useQueryClient();
  const { upload } = answer;
  const remove = useMutation({
    mutationFn: () => change('DELETE', `${repositoryPath(place)}/uploads/${upload.id}`),
    onSuccess: async () => {
      announce(UPLOADS.removed);
      onRemoved();
      // What is gone must not be asked for again.
      const isOther = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
        !queryKey.includes(upload.id);
      await queries.invalidateQueries({ queryKey: commitKey(place), predicate: isOther });
    },
  });
  return (
    <div role="group" aria-label={UPLOADS.removeTitle(uploadName(upload))} className={styles.confirm}>
      <h3>{UPLOADS.removeTitle(uploadName(upload))}</h3>
      <p>{UPLOADS.removeSentence}</p>
      <div>
        <Button kind="danger" busy={remove.isPending && UPLOADS.removing} onClick={() => remove.mutate()}>
          {UPLOADS.remove}
        </Button>
        <Button onClick={onKeep} autoFocus>
          {UPLOADS.keep}
        </Button>
      </div>
      {remove.error !== null && <SectionError error={remove.error} onRetry={() => remove.mutate()} />}
    </div>
  );
}
