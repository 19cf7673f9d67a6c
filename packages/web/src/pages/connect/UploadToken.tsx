import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConnectToken } from '@thatch/server/http/ui/contract/connect.ts';
import type { NewTokenAnswer, RotateBody, TokenBody } from '@thatch/server/http/ui/contract/tokens.ts';
import { change, repositoryPath } from '../../api/client.ts';
import { CONNECT } from '../../messages/en/connect.ts';
import { Button } from '../../parts/Button.tsx';
import { RotateToken } from '../../parts/RotateToken.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { Snippet } from '../../parts/Snippet.tsx';
import styles from './ConnectPage.module.css';

interface Place {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

/** The upload token as far as it may be seen, with what may be done to it. */
export function UploadToken({
  place,
  token,
  mayChange,
}: {
  readonly place: Place;
  readonly token: ConnectToken;
  readonly mayChange: boolean;
}) {
  if (token.kind === 'shown') return <ShownToken place={place} token={token} mayChange={mayChange} />;
  if (token.kind === 'none' && mayChange) return <NoToken place={place} />;
  return <p className={styles.note}>{CONNECT.absent[token.kind]}</p>;
}

function ShownToken({
  place,
  token,
  mayChange,
}: {
  readonly place: Place;
  readonly token: Extract<ConnectToken, { readonly kind: 'shown' }>;
  readonly mayChange: boolean;
}) {
  const [isAsked, setAsked] = useState(false);
  const rotation = useChange<RotateBody>(place, `/tokens/${token.id}/rotate`, () => setAsked(false));
  return (
    <>
      <div className={styles.token}>
        <Snippet text={token.text} what={CONNECT.tokenName} secret={token.text} />
        {mayChange && <Button onClick={() => setAsked(true)}>{CONNECT.rotate}</Button>}
      </div>
      {mayChange && (
        <p className={styles.note}>
          <Link to="/$svc/$owner/$repo/config/tokens" params={place}>
            {CONNECT.all}
          </Link>
        </p>
      )}
      {isAsked && (
        <RotateToken
          name={CONNECT.tokenName}
          isBusy={rotation.isPending}
          error={rotation.error}
          onRotate={(days) => rotation.mutate({ grace_days: days })}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}

function NoToken({ place }: { readonly place: Place }) {
  const making = useChange<TokenBody>(place, '/tokens');
  const make = (): void => making.mutate({ name: CONNECT.newTokenName });
  return (
    <div className={styles.part}>
      <p className={styles.note}>{CONNECT.none}</p>
      {making.error !== null && <SectionError error={making.error} onRetry={make} />}
      <div>
        <Button kind="primary" busy={making.isPending && CONNECT.making} onClick={make}>
          {CONNECT.make}
        </Button>
      </div>
    </div>
  );
}

/** A change of the repository's tokens, after which the page shows what is in force. */
function useChange<Body>({ svc, owner, repo }: Place, path: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => change<NewTokenAnswer>('POST', repositoryPath({ svc, owner, repo }) + path, body),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['repos', svc, owner, repo] });
      onDone?.();
    },
  });
}
