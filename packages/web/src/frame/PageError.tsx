import type { ErrorComponentProps } from '@tanstack/react-router';
import { SectionError } from '../parts/Section.tsx';
import { ApiError } from '../api/client.ts';
import { NotFoundPage } from '../pages/not-found/NotFoundPage.tsx';

/** A page that could not be made: what failed, and a way to try again; never a blank page. */
export function PageError({ error, reset }: ErrorComponentProps) {
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
  const shown = error instanceof Error ? error : new Error(String(error));
  return (
    <div className="content">
      <SectionError error={shown} onRetry={reset} />
    </div>
  );
}
