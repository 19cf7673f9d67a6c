import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { onReturn } from '../api/connection.ts';
import { PAGE_ERRORS } from '../messages/en/frame.ts';
import { SectionError } from '../parts/Section.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { ConnectionBar } from './ConnectionBar.tsx';
import styles from './PageError.module.css';

/**
 * In place of frame and page when not even the session can be read, so that nothing here may ask for it. It goes by itself when the server
 * answers again (web-ui §2, §7 row 31).
 */
export function FrameError({ error }: ErrorComponentProps) {
  const router = useRouter();
  const tryAgain = (): void => void router.invalidate();
  useEffect(() => onReturn(() => void router.invalidate()), [router]);
  return (
    <>
      <ConnectionBar />
      <main className={`content ${styles.page}`}>
        <h1>{PAGE_ERRORS.title}</h1>
        <SectionError error={error instanceof Error ? error : new Error(String(error))} onRetry={tryAgain} />
      </main>
    </>
  );
}

/** While the session is asked for longer than usual: that the server does not answer, or that it is slow. */
export function FrameWaiting() {
  return (
    <>
      <ConnectionBar />
      <main className={`content ${styles.page}`} aria-busy="true">
        <h1 className="visually-hidden">{PAGE_ERRORS.waiting}</h1>
        <Skeleton rows={WAITING_ROWS} />
      </main>
    </>
  );
}

const WAITING_ROWS = 8;
