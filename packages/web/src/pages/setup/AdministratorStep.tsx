import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import type { SetupAdministrator, SetupAdministratorBody } from '@thatch/server/http/ui/contract/setup.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { ApiError, change } from '../../api/client.ts';
import { SHORTEST_PASSWORD } from '../../api/limits.ts';
import { sessionQuery } from '../../api/queries.ts';
import { SETUP } from '../../messages/en/setup.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { PasswordField } from '../../parts/PasswordField.tsx';
import { setupQuery } from './setup-data.ts';
import styles from './SetupPage.module.css';

/** The first account. Behind the `#` of the address stands the secret of the link, where one is needed. */
export function AdministratorStep({ setup }: { readonly setup: SetupAdministrator }) {
  const secret = useRouterState({ select: ({ location }) => location.hash });
  return setup.is_open || secret !== '' ? <AdministratorForm secret={secret} /> : <Elsewhere setup={setup} />;
}

type State =
  | { readonly kind: 'asked' | 'sent' }
  | { readonly kind: 'refused'; readonly field: string | null; readonly sentence: string };

function AdministratorForm({ secret }: { readonly secret: string }) {
  const [state, setState] = useState<State>({ kind: 'asked' });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (state.kind === 'sent') return;
    const fields = new FormData(event.currentTarget);
    const body: SetupAdministratorBody = {
      name: String(fields.get('name')),
      password: String(fields.get('password')),
      ...(secret === '' ? {} : { secret }),
    };
    setState({ kind: 'sent' });
    try {
      await change('POST', '/setup/administrator', body);
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await queries.fetchQuery({ ...setupQuery, staleTime: 0 });
      await navigate({ to: '/setup', hash: '', replace: true });
    } catch (error) {
      setState(refusalOf(error));
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void make(event)}>
      <p className={styles.lead}>{SETUP.administratorLead}</p>
      <div role="alert">
        {state.kind === 'refused' && state.field === null && <Banner kind="danger">{state.sentence}</Banner>}
      </div>
      <Field
        label={SETUP.name}
        name="name"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
        error={faultOf(state, 'name')}
      />
      <PasswordField
        label={SETUP.password}
        name="password"
        autoComplete="new-password"
        required
        minLength={SHORTEST_PASSWORD}
        help={SETUP.passwordHelp(SHORTEST_PASSWORD)}
        error={faultOf(state, 'password')}
      />
      <Button kind="primary" type="submit" busy={state.kind === 'sent' && SETUP.making}>
        {SETUP.make}
      </Button>
    </form>
  );
}

/** For who came without the link: where it is found. */
function Elsewhere({ setup: { link, is_open_locally: isOpenLocally } }: { readonly setup: SetupAdministrator }) {
  return (
    <div className={styles.elsewhere}>
      <p>
        <strong>{SETUP.elsewhere}</strong>{' '}
        {link === 'generated' ? SETUP.elsewhereGenerated : SETUP.elsewhereEnvironment}
      </p>
      <p>
        <code>{`${location.origin}${PREFIX}/setup#…`}</code>
      </p>
      {isOpenLocally && <p>{SETUP.elsewhereLocal}</p>}
    </div>
  );
}

function refusalOf(error: unknown): State {
  if (!(error instanceof ApiError)) return { kind: 'refused', field: null, sentence: String(error) };
  const { detail, hint, field } = error.problem;
  return { kind: 'refused', field, sentence: hint === null ? detail : `${detail} ${hint}` };
}

function faultOf(state: State, field: string): string | null {
  return state.kind === 'refused' && state.field === field ? state.sentence : null;
}
