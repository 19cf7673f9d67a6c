import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState, type Ref } from 'react';
import type { SetupDemoAnswer, SetupUpload } from '@thatch/server/http/ui/contract/setup.ts';
import { change } from '../../api/client.ts';
import { queryClient, sessionQuery } from '../../api/queries.ts';
import { SETUP } from '../../messages/en/setup.ts';
import { Button } from '../../parts/Button.tsx';
import { CiSnippets } from '../../parts/ci-snippets/CiSnippets.tsx';
import { ListeningLine } from '../../parts/ListeningLine.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { freshToken, makeToken } from './setup-data.ts';
import styles from './SetupPage.module.css';

const TOPICS = ['setup'] as const;

/** The first upload: how it is sent, and what becomes of it. */
export function UploadStep({ setup }: { readonly setup: SetupUpload }) {
  const listening = useRef<HTMLDivElement>(null);
  return (
    <>
      <Snippets setup={setup} listening={listening} />
      <div className={styles.ends}>
        {setup.demo && <Demo onStart={() => listening.current?.scrollIntoView({ block: 'center' })} />}
        <Finish />
      </div>
    </>
  );
}

/** The first visit makes a token, and shows it; a later one says that it was shown. */
function Snippets({
  setup: { token: earlier, address },
  listening,
}: {
  readonly setup: SetupUpload;
  readonly listening: Ref<HTMLDivElement>;
}) {
  const [token, setToken] = useState(freshToken);
  // As it was when the page was opened, so that nothing moves when the server says later that there is one.
  const [atFirst] = useState(earlier);
  const { act, isBusy, failure } = useAct(async () => setToken(await makeToken()));
  const isAsked = useRef(false);
  useEffect(() => {
    if (atFirst !== null || token !== null || isAsked.current) return;
    // Once, also where effects run twice.
    isAsked.current = true;
    act();
  }, [atFirst, token, act]);
  return (
    <>
      <p className={styles.lead}>
        {SETUP.uploadLead} {atFirst === null && SETUP.tokenOnce}
      </p>
      <div ref={listening}>
        <ListeningLine topics={TOPICS} />
      </div>
      {failure !== null && <SectionError error={failure} onRetry={act} />}
      {atFirst !== null && (
        <div className={styles.earlier}>
          <p>{token === null ? SETUP.tokenEarlier(atFirst.prefix) : SETUP.tokenOnce}</p>
          <Button busy={isBusy && SETUP.tokenMaking} onClick={act}>
            {SETUP.tokenAnother}
          </Button>
        </div>
      )}
      <CiSnippets address={address.current} token={token} repository={null} />
    </>
  );
}

/** `onStart` is called when uploads are on their way. */
function Demo({ onStart }: { readonly onStart: () => void }) {
  const [uploads, setUploads] = useState<number | null>(null);
  const { act, isBusy, failure } = useAct(async () => {
    setUploads((await change<SetupDemoAnswer>('POST', '/setup/demo')).uploads);
    onStart();
  });
  return (
    <section className={styles.end}>
      <h3>{SETUP.demo}</h3>
      <p role="status">{uploads === null ? SETUP.demoLead : SETUP.demoSending(uploads)}</p>
      {failure !== null && <SectionError error={failure} onRetry={act} />}
      {uploads === null && (
        <Button busy={isBusy && SETUP.demoLoading} onClick={act}>
          {SETUP.demoLoad}
        </Button>
      )}
    </section>
  );
}

function Finish() {
  const navigate = useNavigate();
  const { act, isBusy, failure } = useAct(async () => {
    await change('POST', '/setup/finish');
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: '/' });
  });
  return (
    <section className={styles.end}>
      <h3>{SETUP.finishTitle}</h3>
      <p>{SETUP.finishLead}</p>
      {failure !== null && <SectionError error={failure} onRetry={act} />}
      <Button busy={isBusy && SETUP.finishing} onClick={act}>
        {SETUP.finish}
      </Button>
    </section>
  );
}

/** Does something once at a time and keeps what failed. */
function useAct(work: () => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const latest = useRef(work);
  useEffect(() => {
    latest.current = work;
  });
  const act = useCallback((): void => {
    setBusy(true);
    setFailure(null);
    latest
      .current()
      .catch((error: unknown) => setFailure(error instanceof Error ? error : new Error(String(error))))
      .finally(() => setBusy(false));
  }, []);
  return { act, isBusy, failure };
}
