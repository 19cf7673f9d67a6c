import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { StuckRow } from '@thatch/server/http/ui/contract/administration.ts';
import { change } from '../../api/client.ts';
import { JOBS } from '../../messages/en/administration.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { announce } from '../../parts/announce.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button } from '../../parts/Button.tsx';
import { Dialog, DialogActions } from '../../parts/Dialog.tsx';
import table from '../../parts/table.module.css';
import { Time } from '../../parts/Time.tsx';
import styles from './AdministrationFrame.module.css';

/** Uploads that do not go on by themselves, with what can be done. */
export function HeldUploads({ rows, empty }: { readonly rows: readonly StuckRow[]; readonly empty: string }) {
  const [dropped, setDropped] = useState<StuckRow | null>(null);
  if (rows.length === 0) return <p className={styles.quiet}>{empty}</p>;
  return (
    <>
      <table className={`${table.table} ${styles.held}`}>
        <thead>
          <tr>
            <th scope="col">{JOBS.upload}</th>
            <th scope="col">{JOBS.reason}</th>
            <th scope="col">{JOBS.since}</th>
            <th scope="col">
              <span className="visually-hidden">{JOBS.acts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <HeldUpload key={row.id} row={row} onDrop={() => setDropped(row)} />
          ))}
        </tbody>
      </table>
      {dropped !== null && <DropDialog row={dropped} onClose={() => setDropped(null)} />}
    </>
  );
}

function nameOf({ name, flags }: StuckRow): string {
  return name ?? (flags.length > 0 ? flags.join(', ') : JOBS.unnamed);
}

function HeldUpload({ row, onDrop }: { readonly row: StuckRow; readonly onDrop: () => void }) {
  const { id, service, owner, repo, sha, state, attempts, code, message, hint, at } = row;
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => change('POST', `/admin/jobs/${id}/retry`),
    onSuccess: async () => {
      announce(JOBS.retried);
      await queries.invalidateQueries({ queryKey: ['admin', 'jobs'] });
    },
  });
  const reason = message ?? JOBS.states[state];
  return (
    <tr>
      <td>
        <Link
          to="/$svc/$owner/$repo/commit/$sha/uploads/$upload"
          params={{ svc: service, owner, repo, sha, upload: id }}
        >
          {nameOf(row)}
        </Link>
        <span className={styles.sub}>{JOBS.of(`${owner}/${repo}`, sha)}</span>
      </td>
      <td>
        {reason} {code !== null && <code>{code}</code>}
        {attempts > 0 && <span className={styles.sub}>{JOBS.attempts(attempts)}</span>}
        {hint !== null && hint !== '' && (
          <p className={styles.fix}>
            <strong>{JOBS.fix}</strong> {hint}
          </p>
        )}
        <div role="alert">{retry.error !== null && <Banner kind="danger">{retry.error.message}</Banner>}</div>
      </td>
      <td>
        <Time at={at} />
      </td>
      <td className={styles.acts}>
        <Button kind="quiet" busy={retry.isPending && JOBS.retrying} onClick={() => retry.mutate()}>
          {JOBS.retry}
        </Button>
        <Button kind="quiet" onClick={onDrop}>
          {JOBS.drop}
        </Button>
      </td>
    </tr>
  );
}

function DropDialog({ row, onClose }: { readonly row: StuckRow; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () => change('DELETE', `/admin/jobs/${row.id}`),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ['admin', 'jobs'] });
    },
  });
  return (
    <Dialog title={JOBS.dropTitle(nameOf(row))} onClose={onClose}>
      <p>{JOBS.dropSentence}</p>
      <div role="alert">{drop.error !== null && <Banner kind="danger">{drop.error.message}</Banner>}</div>
      <DialogActions>
        <Button onClick={onClose}>{SHARED.cancel}</Button>
        <Button kind="danger" busy={drop.isPending && JOBS.dropping} onClick={() => drop.mutate()}>
          {JOBS.dropAct}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
