import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { SetupAddress, SetupAddressBody, SetupAnswer } from '@thatch/server/http/ui/contract/setup.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { ApiError, change } from '../../api/client.ts';
import { sessionQuery } from '../../api/queries.ts';
import { SETUP } from '../../messages/en/setup.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { StateIcon } from '../../parts/StateIcon.tsx';
import { isLocal } from './local-address.ts';
import { setupQuery } from './setup-data.ts';
import styles from './SetupPage.module.css';

/** Where the installation is reached: as detected, to be changed, with what can be said of it from here. */
export function AddressStep({ address }: { readonly address: SetupAddress }) {
  const [isChanging, setChanging] = useState(false);
  return (
    <>
      <p className={styles.lead}>
        {SETUP.addressLead} {address.is_configured && SETUP.configured}
      </p>
      {isChanging ? (
        <AddressForm address={address.current} onDone={() => setChanging(false)} />
      ) : (
        <div className={styles.address}>
          <code>{address.current}</code>
          <Reached address={address.current} />
          {!address.is_configured && <Button onClick={() => setChanging(true)}>{SETUP.change}</Button>}
        </div>
      )}
      {isLocal(address.current) && (
        <Banner kind="part">
          {SETUP.local} {!address.is_configured && SETUP.localHint}
        </Banner>
      )}
    </>
  );
}

/** This page was reached at an address: of another one nothing is known until somebody opens it, as pages ask no other origin. */
function Reached({ address }: { readonly address: string }) {
  const opened = location.origin + PREFIX;
  if (opened === address) {
    return (
      <span className={styles.reached}>
        <StateIcon kind="pass" /> {SETUP.reached}
      </span>
    );
  }
  return (
    <span className={styles.reached}>
      <StateIcon kind="neutral" /> {SETUP.notChecked(opened)}{' '}
      <a href={`${address}/login`} target="_blank" rel="noreferrer">
        {SETUP.tryAddress}
      </a>
    </span>
  );
}

function AddressForm({ address, onDone }: { readonly address: string; readonly onDone: () => void }) {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const body: SetupAddressBody = { address: String(new FormData(event.currentTarget).get('address')) };
    setBusy(true);
    setFault(null);
    try {
      queries.setQueryData(setupQuery.queryKey, await change<SetupAnswer>('PUT', '/setup/address', body));
      void queries.invalidateQueries(sessionQuery);
      onDone();
    } catch (error) {
      setFault(error instanceof ApiError ? error.problem.detail : String(error));
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <Field
        label={SETUP.address}
        name="address"
        type="url"
        inputMode="url"
        defaultValue={address}
        required
        autoFocus
        error={fault}
      />
      <div className={styles.acts}>
        <Button type="submit" busy={isBusy && SETUP.saving}>
          {SETUP.save}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {SHARED.cancel}
        </Button>
      </div>
    </form>
  );
}
