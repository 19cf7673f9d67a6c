import { type ErrorComponentProps, Link, useRouterState } from '@tanstack/react-router';
import { ApiError } from '../api/client.ts';
import { useSession } from '../api/queries.ts';
import { FRAME, PAGE_ERRORS } from '../messages/en/frame.ts';
import { NotFoundPage } from '../pages/not-found/NotFoundPage.tsx';
import { buttonClass } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { SectionError } from '../parts/Section.tsx';
import styles from './PageError.module.css';
import { Title } from './Title.tsx';

/** A page that could not be made: what failed, and what to do; never a blank page (web-ui §2). */
export function PageError({ error, reset }: ErrorComponentProps) {
  const status = error instanceof ApiError ? error.status : null;
  // A stranger is not told whether there is something to sign in for.
  if (status === 404 || status === 401) return <NotFoundPage />;
  return (
    <div className={`content ${styles.page}`}>
      <Title text={PAGE_ERRORS.title} />
      <h1>{status === 403 ? PAGE_ERRORS.notAllowed : PAGE_ERRORS.title}</h1>
      {error instanceof ApiError && status === 403 ? (
        <NotAllowed error={error} />
      ) : (
        <Failed error={error} reset={reset} />
      )}
    </div>
  );
}

function NotAllowed({ error }: { readonly error: ApiError }) {
  const { person } = useSession();
  const here = useRouterState({ select: ({ location }) => location.publicHref });
  return (
    <Empty title={error.problem.detail}>
      {error.problem.hint !== null && <p>{error.problem.hint}</p>}
      {person === null ? (
        <Link to="/login" search={{ to: here }} className={buttonClass('primary')}>
          {FRAME.signIn}
        </Link>
      ) : (
        <p>{PAGE_ERRORS.signedInAs(person.name)}</p>
      )}
    </Empty>
  );
}

function Failed({ error, reset }: Pick<ErrorComponentProps, 'error' | 'reset'>) {
  const { person } = useSession();
  const shown = error instanceof Error ? error : new Error(String(error));
  return (
    <>
      <SectionError error={shown} onRetry={reset} />
      {person?.is_operator === true && (
        <p>
          <Link to={HEALTH}>{PAGE_ERRORS.health}</Link>
        </p>
      )}
    </>
  );
}

const HEALTH: string = '/admin/health';
