import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { NewTokenAnswer, RotateBody, TokenRow, TokensAnswer } from '@thatch/server/http/ui/contract/tokens.ts';
import { change, read, repositoryPath } from '../../api/client.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { SHARED } from '../../messages/en/shared.ts';
import { TOKENS } from '../../messages/en/tokens.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button } from '../../parts/Button.tsx';
import { Dialog, DialogActions } from '../../parts/Dialog.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { RotateToken } from '../../parts/RotateToken.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { Snippet } from '../../parts/Snippet.tsx';
import { NewToken } from './NewToken.tsx';
import styles from './TokensPage.module.css';
import { TokenTable } from './TokenTable.tsx';

/** `R/config/tokens`: upload tokens of a repository (web-ui §3.13). */
export function TokensPage() {
  const place = useParams({ strict: false }) as Place;
  const query = useQuery(tokensQuery(place));
  if (query.error !== null && query.data === undefined)
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  return (
    <div className={`content ${styles.page}`}>
      <Title text={TOKENS.title} />
      <header className={styles.head}>
        <h1>{TOKENS.title}</h1>
        <p>
          {TOKENS.sentence}{' '}
          <Link to="/$svc/$owner/$repo/new" params={place}>
            {TOKENS.connect}
          </Link>
        </p>
      </header>
      <Section query={query} skeleton={<Skeleton rows={4} />}>
        {(data) => <Tokens data={data} place={place} />}
      </Section>
    </div>
  );
}

interface Place {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

function tokensQuery(place: Place) {
  return queryOptions({
    queryKey: ['repos', place.svc, place.owner, place.repo, 'tokens'],
    queryFn: ({ signal }) => read<TokensAnswer>(`${repositoryPath(place)}/tokens`, {}, signal),
  });
}

/** What is asked about a token. */
type Question = { readonly act: 'rotate' | 'revoke'; readonly row: TokenRow };

/** A token that is shown this once. */
interface Shown extends NewTokenAnswer {
  readonly how: 'made' | 'rotated';
}

function Tokens({ data, place }: { readonly data: TokensAnswer; readonly place: Place }) {
  const { tokens, may_change: mayChange } = data;
  const [shown, setShown] = useState<Shown | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const path = `${repositoryPath(place)}/tokens`;
  const refresh = useRefresh(place);
  const making = useMutation({
    mutationFn: (name: string) => change<NewTokenAnswer>('POST', path, { name }),
    onSuccess: async (answer) => {
      setShown({ ...answer, how: 'made' });
      await refresh();
    },
  });
  return (
    <>
      {shown !== null && <ShownOnce shown={shown} onDone={() => setShown(null)} />}
      {tokens.length === 0 ? (
        <Empty title={TOKENS.empty}>
          <p>{TOKENS.emptyHint}</p>
        </Empty>
      ) : (
        <TokenTable tokens={tokens} mayChange={mayChange} onAsk={(act, row) => setQuestion({ act, row })} />
      )}
      {mayChange ? <NewToken making={making} /> : <p className={styles.note}>{TOKENS.onlyAdmins}</p>}
      {question?.act === 'rotate' && (
        <Rotating
          path={path}
          row={question.row}
          onDone={async (answer) => {
            setShown({ ...answer, how: 'rotated' });
            setQuestion(null);
            await refresh();
          }}
          onClose={() => setQuestion(null)}
        />
      )}
      {question?.act === 'revoke' && (
        <Revoking
          path={path}
          row={question.row}
          onDone={async () => {
            setQuestion(null);
            await refresh();
          }}
          onClose={() => setQuestion(null)}
        />
      )}
    </>
  );
}

function useRefresh({ svc, owner, repo }: Place): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(
      ['tokens', 'connect'].map((what) => queries.invalidateQueries({ queryKey: ['repos', svc, owner, repo, what] })),
    );
  };
}

function ShownOnce({ shown, onDone }: { readonly shown: Shown; readonly onDone: () => void }) {
  const name = shown.row.name ?? TOKENS.unnamedOf(shown.row.prefix);
  return (
    <section role="status" className={styles.once}>
      <Banner kind="info" action={<Button onClick={onDone}>{TOKENS.done}</Button>}>
        {TOKENS[shown.how](name)}
      </Banner>
      <Snippet text={shown.token} what={TOKENS.token} secret={shown.token} />
    </section>
  );
}

interface ChangingProps<Answer> {
  readonly path: string;
  readonly row: TokenRow;
  readonly onDone: (answer: Answer) => Promise<void>;
  readonly onClose: () => void;
}

function Rotating({ path, row, onDone, onClose }: ChangingProps<NewTokenAnswer>) {
  const rotation = useMutation({
    mutationFn: (body: RotateBody) => change<NewTokenAnswer>('POST', `${path}/${row.id}/rotate`, body),
    onSuccess: onDone,
  });
  return (
    <RotateToken
      name={row.name ?? TOKENS.unnamedOf(row.prefix)}
      isBusy={rotation.isPending}
      error={rotation.error}
      onRotate={(days) => rotation.mutate({ grace_days: days })}
      onClose={onClose}
    />
  );
}

function Revoking({ path, row, onDone, onClose }: ChangingProps<undefined>) {
  const revocation = useMutation({
    mutationFn: () => change('DELETE', `${path}/${row.id}`),
    onSuccess: onDone,
  });
  return (
    <Dialog title={TOKENS.revokeTitle(row.name ?? TOKENS.unnamedOf(row.prefix))} onClose={onClose}>
      <p>{TOKENS.revokeSentence}</p>
      <div role="alert">{revocation.error !== null && <Banner kind="danger">{revocation.error.message}</Banner>}</div>
      <DialogActions>
        <Button onClick={onClose}>{SHARED.cancel}</Button>
        <Button kind="danger" busy={revocation.isPending && TOKENS.revoking} onClick={() => revocation.mutate()}>
          {TOKENS.revokeAct}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
