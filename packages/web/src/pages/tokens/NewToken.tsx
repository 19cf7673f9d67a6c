import type { UseMutationResult } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { NewTokenAnswer } from '@thatch/server/http/ui/contract/tokens.ts';
import { TOKENS } from '../../messages/en/tokens.ts';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import styles from './TokensPage.module.css';

/** Makes a token of a name. */
export function NewToken({ making }: { readonly making: UseMutationResult<NewTokenAnswer, Error, string> }) {
  const [name, setName] = useState('');
  const make = (event: FormEvent): void => {
    event.preventDefault();
    if (!making.isPending) making.mutate(name, { onSuccess: () => setName('') });
  };
  return (
    <form className={styles.make} onSubmit={make}>
      <Field
        label={TOKENS.newName}
        help={TOKENS.newNameHelp}
        error={making.error?.message ?? null}
        value={name}
        maxLength={100}
        required
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" kind="primary" busy={making.isPending && TOKENS.making}>
        {TOKENS.make}
      </Button>
    </form>
  );
}
