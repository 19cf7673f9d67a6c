import { queryOptions, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConnectAnswer } from '@thatch/server/http/ui/contract/connect.ts';
import { read, repositoryPath } from '../../api/client.ts';
import { PageError } from '../../frame/PageError.tsx';
import { Title } from '../../frame/Title.tsx';
import { CONNECT } from '../../messages/en/connect.ts';
import { CiSnippets } from '../../parts/ci-snippets/CiSnippets.tsx';
import { CI_NAMES, type CiName } from '../../parts/ci-snippets/snippet.ts';
import { ListeningLine } from '../../parts/ListeningLine.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import styles from './ConnectPage.module.css';
import { UploadToken } from './UploadToken.tsx';

/** `R/new`, `R/new/:ci`: how a CI sends reports of this repository (web-ui §3.8). */
export function ConnectPage() {
  const { ci, ...place } = useParams({ strict: false }) as Place & { readonly ci?: string };
  const query = useQuery(connectQuery(place));
  if (query.error !== null && query.data === undefined)
    return <PageError error={query.error} reset={() => void query.refetch()} />;
  return (
    <div className={`content ${styles.page}`}>
      <Title text={CONNECT.title} />
      <header className={styles.head}>
        <h1>{CONNECT.title}</h1>
        <p>{CONNECT.sentence}</p>
      </header>
      <Section query={query} skeleton={<Skeleton rows={12} />}>
        {(data) => <Connect data={data} place={place} ci={CI_NAMES.find((name) => name === ci)} />}
      </Section>
    </div>
  );
}

interface Place {
  readonly svc: string;
  readonly owner: string;
  readonly repo: string;
}

function connectQuery(place: Place) {
  return queryOptions({
    queryKey: ['repos', place.svc, place.owner, place.repo, 'connect'],
    queryFn: ({ signal }) => read<ConnectAnswer>(`${repositoryPath(place)}/connect`, {}, signal),
  });
}

function Connect({
  data,
  place,
  ci = FIRST,
}: {
  readonly data: ConnectAnswer;
  readonly place: Place;
  readonly ci?: CiName;
}) {
  const { address, token, may_change: mayChange } = data;
  // A report that comes while the page is open is still its first.
  const [hasReport] = useState(data.has_report);
  const navigate = useNavigate();
  const name = `${place.svc}/${place.owner}/${place.repo}`;
  return (
    <>
      <section aria-labelledby="connect-token" className={styles.part}>
        <h2 id="connect-token">{CONNECT.token}</h2>
        <UploadToken place={place} token={token} mayChange={mayChange} />
      </section>
      <section aria-labelledby="connect-ci" className={styles.part}>
        <h2 id="connect-ci">{CONNECT.ci}</h2>
        <CiSnippets
          address={address}
          token={token.kind === 'shown' ? token.text : null}
          repository={name}
          ci={ci}
          onCiChange={(chosen) =>
            void navigate({
              to: '/$svc/$owner/$repo/new/$ci',
              params: { ...place, ci: chosen },
              replace: true,
              resetScroll: false,
            })
          }
        />
      </section>
      <section aria-labelledby="connect-listen" className={styles.part}>
        <h2 id="connect-listen">{hasReport ? CONNECT.listenNext : CONNECT.listen}</h2>
        <ListeningLine topics={[`repo:${name}`]} isFirst={!hasReport} />
      </section>
    </>
  );
}

const FIRST = CI_NAMES[0];
