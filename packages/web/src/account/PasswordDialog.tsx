import { useState, type FormEvent } from 'react';
import { ApiError, change } from '../api/client.ts';
import { SHORTEST_PASSWORD } from '../api/limits.ts';
import { PASSWORD } from '../messages/en/account.ts';
import { SHARED } from '../messages/en/shared.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Dialog, DialogActions } from '../parts/Dialog.tsx';
import { PasswordField } from '../parts/PasswordField.tsx';
import styles from './account.module.css';

type State =
  | { readonly kind: 'asked' | 'sent' | 'changed' }
  | { readonly kind: 'refused'; readonly field: string | null; readonly sentence: string };

/** Changes the own password. */
export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const [state, setState] = useState<State>({ kind: 'asked' });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (state.kind === 'sent') return;
    const fields = new FormData(event.currentTarget);
    setState({ kind: 'sent' });
    try {
      await change('POST', '/password', { current: String(fields.get('current')), next: String(fields.get('next')) });
      setState({ kind: 'changed' });
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : null;
      setState({ kind: 'refused', field: problem?.field ?? null, sentence: problem?.detail ?? String(error) });
    }
  };
  return (
    <Dialog title={PASSWORD.title} onClose={onClose}>
      {state.kind === 'changed' ? (
        <>
          <p role="status">{PASSWORD.done}</p>
          <DialogActions>
            <Button autoFocus onClick={onClose}>
              {SHARED.close}
            </Button>
          </DialogActions>
        </>
      ) : (
        <form className={styles.form} onSubmit={(event) => void submit(event)}>
          <div role="alert">
            {state.kind === 'refused' && state.field === null && <Banner kind="danger">{state.sentence}</Banner>}
          </div>
          <PasswordField
            label={PASSWORD.current}
            name="current"
            autoComplete="current-password"
            required
            error={faultOf(state, 'current')}
          />
          <PasswordField
            label={PASSWORD.next}
            name="next"
            autoComplete="new-password"
            required
            minLength={SHORTEST_PASSWORD}
            help={PASSWORD.help(SHORTEST_PASSWORD)}
            error={faultOf(state, 'next')}
          />
          <DialogActions>
            <Button onClick={onClose}>{SHARED.cancel}</Button>
            <Button kind="primary" type="submit" busy={state.kind === 'sent' && PASSWORD.submitting}>
              {PASSWORD.submit}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function faultOf(state: State, field: string): string | null {
  return state.kind === 'refused' && state.field === field ? state.sentence : null;
}
