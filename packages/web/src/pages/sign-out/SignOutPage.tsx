import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useSignOut } from '../../account/sign-out.ts';
import { useSession } from '../../api/queries.ts';
import { Title } from '../../frame/Title.tsx';
import { SIGN_OUT } from '../../messages/en/sign-in.ts';
import { Button, buttonClass } from '../../parts/Button.tsx';
import { Narrow } from '../../parts/Narrow.tsx';
import { SectionError } from '../../parts/Section.tsx';

/** `/logout`: one button, as a link or an image must not sign anybody out (web-ui §1.2). */
export function SignOutPage() {
  const { person } = useSession();
  const signOut = useSignOut();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const title = person === null ? SIGN_OUT.done : SIGN_OUT.title;
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(person);
  useEffect(() => {
    // The button that had the focus is gone.
    if (before.current !== null && person === null) heading.current?.focus();
    before.current = person;
  }, [person]);
  const act = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await signOut();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Narrow>
      <Title text={title} />
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {failure !== null && <SectionError error={failure} onRetry={() => void act()} />}
      {person !== null && <p>{SIGN_OUT.sentence(person.name)}</p>}
      {person === null ? (
        <Link to="/login" className={buttonClass('primary')}>
          {SIGN_OUT.signIn}
        </Link>
      ) : (
        <Button kind="primary" busy={isBusy && SIGN_OUT.submitting} onClick={() => void act()}>
          {SIGN_OUT.submit}
        </Button>
      )}
    </Narrow>
  );
}
