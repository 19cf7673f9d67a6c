import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type RefObject } from 'react';
import type { SetupAnswer } from '@thatch/server/http/ui/contract/setup.ts';
import { Title } from '../../frame/Title.tsx';
import { SETUP } from '../../messages/en/setup.ts';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { useSession } from '../../api/queries.ts';
import { AddressStep } from './AddressStep.tsx';
import { AdministratorStep } from './AdministratorStep.tsx';
import { setupQuery } from './setup-data.ts';
import styles from './SetupPage.module.css';
import { Step } from './Step.tsx';
import { UploadStep } from './UploadStep.tsx';

/** `/setup`: from nothing to a covered commit (web-ui §3.1). */
export function SetupPage() {
  const query = useQuery(setupQuery);
  const { person } = useSession();
  const list = useRef<HTMLOListElement>(null);
  useFocusOnNext(list, query.data?.step);
  return (
    <div className={`content ${styles.page}`}>
      <Title text={SETUP.title} />
      <header className={styles.head}>
        <h1>{SETUP.title}</h1>
        <p>{SETUP.lead}</p>
      </header>
      <Section query={query} skeleton={<Skeleton rows={8} />}>
        {(setup) => (
          // Another list when a step is done: what follows does not move, it is new.
          <ol key={setup.step} ref={list} className={styles.steps}>
            {setup.step === 'administrator' ? (
              <>
                <Step number={1} title={SETUP.administrator} state="now">
                  <AdministratorStep setup={setup} />
                </Step>
                <Step number={2} title={SETUP.address} state="later">
                  {SETUP.addressLead}
                </Step>
                <Step number={3} title={SETUP.upload} state="later">
                  {SETUP.uploadLater}
                </Step>
              </>
            ) : (
              <>
                <Step number={1} title={SETUP.administrator} state="done">
                  {person?.name}
                </Step>
                <Step number={2} title={SETUP.address} state="now">
                  <AddressStep address={setup.address} />
                </Step>
                <Step number={3} title={SETUP.upload} state="now">
                  <UploadStep setup={setup} />
                </Step>
              </>
            )}
          </ol>
        )}
      </Section>
    </div>
  );
}

/** The form that had the focus is gone when its step is done: the next step gets it. */
function useFocusOnNext(list: RefObject<HTMLOListElement | null>, step: SetupAnswer['step'] | undefined): void {
  const before = useRef(step);
  useEffect(() => {
    const isNext = before.current === 'administrator' && step === 'upload';
    before.current = step;
    if (!isNext) return;
    announce(SETUP.made);
    list.current?.querySelectorAll<HTMLElement>('h2')[1]?.focus({ preventScroll: true });
  }, [list, step]);
}
