/** The build that this page was loaded from; empty in development. */
const OWN_BUILD = document.querySelector<HTMLMetaElement>('meta[name="thatch-build"]')?.content ?? '';

type Listener = () => void;

let isUpdated = false;
const listeners = new Set<Listener>();

/** Notes the build that answered: another than ours means that Thatch was updated since (web-ui §2 "version changed"). */
export function noteBuild(build: string | null): void {
  if (isUpdated || OWN_BUILD === '' || build === null || build === '' || build === OWN_BUILD) return;
  isUpdated = true;
  for (const listener of listeners) listener();
}

/** For `useSyncExternalStore`. */
export const updateStore = {
  subscribe: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  read: (): boolean => isUpdated,
};
