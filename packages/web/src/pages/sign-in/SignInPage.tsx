import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { ApiError, change } from '../../api/client.ts';
import { renewSession } from '../../api/queries.ts';
import { localPath } from '../../addresses/local-path.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { Title } from '../../frame/Title.tsx';
import { SIGN_IN } from '../../messages/en/sign-in.ts';
import { Banner } from '../../parts/Banner.tsx';
import { Button } from '../../parts/Button.tsx';
import { Field } from '../../parts/Field.tsx';
import { Narrow } from '../../parts/Narrow.tsx';
import { PasswordField } from '../../parts/PasswordField.tsx';
import styles from './SignInPage.module.css';

/** `/login`: with a local account. Leads on to the local path `?to=`. */
export function SignInPage() {
  const { to } = useSearch({ strict: false }) as { readonly to?: unknown };
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const signIn = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await change('POST', '/session', { name: String(fields.get('name')), password: String(fields.get('password')) });
      await renewSession();
      await navigate({ href: localPath(to) ?? `${PREFIX}/`, replace: true });
    } catch (error) {
      setProblem(error instanceof ApiError ? error.problem.detail : String(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Narrow>
      <Title text={SIGN_IN.title} />
      <h1>{SIGN_IN.title}</h1>
      <form onSubmit={(event) => void signIn(event)} className={styles.form}>
        <div role="alert">{problem !== null && <Banner kind="danger">{problem}</Banner>}</div>
        <Field label={SIGN_IN.name} name="name" autoComplete="username" autoCapitalize="none" required autoFocus />
        <PasswordField label={SIGN_IN.password} name="password" autoComplete="current-password" required />
        <Button kind="primary" type="submit" busy={isBusy && SIGN_IN.submitting}>
          {SIGN_IN.submit}
        </Button>
      </form>
    </Narrow>
  );
}
