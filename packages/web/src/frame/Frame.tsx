import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { updateStore } from '../api/build.ts';
import { FRAME } from '../messages/en/frame.ts';
import { SHARED } from '../messages/en/shared.ts';
import { announce } from '../parts/announce.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { useSession } from '../api/queries.ts';
import { ConnectionBar } from './ConnectionBar.tsx';
import styles from './Frame.module.css';
import { Overlays } from './Overlays.tsx';
import { TopBar } from './TopBar.tsx';
import { useLiveRefetch } from './use-live-refetch.ts';

/** What stands around every page: skip link, top bar, notices about the whole, and the page itself as the one `main`. */
export function Frame() {
  const isUpdated = useSyncExternalStore(updateStore.subscribe, updateStore.read);
  const { person } = useSession();
  useFocusOnArrival();
  useLiveRefetch(person?.name ?? null);
  return (
    <>
      <a className={styles.skip} href="#content">
        {SHARED.skipToContent}
      </a>
      <TopBar />
      <ConnectionBar />
      {isUpdated && (
        <Banner kind="info" action={<Button onClick={() => location.reload()}>{FRAME.reload}</Button>}>
          {FRAME.updated}
        </Banner>
      )}
      <main id="content" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <Overlays />
    </>
  );
}

/** After a change of page the focus is on its heading and the title is said (web-ui §5); not for a change of parameters. */
function useFocusOnArrival(): void {
  const path = useRouterState({ select: ({ resolvedLocation }) => pageOf(resolvedLocation?.pathname) });
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const isFirst = before.current === undefined;
    before.current = path;
    if (isFirst || path === undefined) return;
    const heading = document.querySelector<HTMLElement>('main h1');
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    announce(document.title);
  }, [path]);
}

/** An upload is shown beside the page of its commit: opening and closing it is no change of page, and the focus goes back by itself. */
function pageOf(path: string | undefined): string | undefined {
  return path?.replace(/(\/commit\/[^/]+\/uploads)\/[^/]+$/, '$1');
}
