import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { SHARED } from '../messages/en/shared.ts';
import { Banner } from './Banner.tsx';
import { Button } from './Button.tsx';
import { CopyButton } from './CopyButton.tsx';

/**
 * A part of a page that loads by itself: its skeleton first, its own error with a retry, else what `children` make of the data. What failed
 * does not take the page down, and data that was there stays while it is asked for again (web-ui §2 "partial").
 */
export function Section<Data>({
  query,
  skeleton,
  children,
}: {
  readonly query: UseQueryResult<Data>;
  readonly skeleton: ReactNode;
  readonly children: (data: Data) => ReactNode;
}) {
  const { data, error, refetch } = query;
  if (data !== undefined) return <>{children(data)}</>;
  if (error !== null) return <SectionError error={error} onRetry={() => void refetch()} />;
  return <>{skeleton}</>;
}

/** The error of one part. */
export function SectionError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <Banner kind="danger" action={<Button onClick={onRetry}>{SHARED.retry}</Button>}>
      {problem?.detail ?? SHARED.sectionFailed} {problem?.hint}{' '}
      {problem !== null && problem.request_id !== '' && (
        <small>
          {SHARED.requestId(problem.request_id)}
          <CopyButton text={problem.request_id} what={SHARED.requestIdName} />
        </small>
      )}
    </Banner>
  );
}
