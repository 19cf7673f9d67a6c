import { useNavigate, useRouter } from '@tanstack/react-router';
import type { ResolvedRef } from '@thatch/server/http/ui/contract/overview.ts';
import { useShortcuts } from '../../keyboard/shortcuts.ts';
import { KEYBOARD } from '../../messages/en/keyboard.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { announce } from '../../parts/announce.ts';
import { copyText } from '../../parts/CopyButton.tsx';
import type { RepositoryAddress } from './overview-queries.ts';

/** Keys that put the commit in place of the branch, in the address or in what is copied; folder and filters stay (web-ui §4.7). */
export function usePermalinkKeys(repository: RepositoryAddress, { path }: ResolvedRef, sha: string): void {
  const router = useRouter();
  const navigate = useNavigate();
  const there = {
    to: path === '' ? '/$svc/$owner/$repo/tree/$ref' : '/$svc/$owner/$repo/tree/$ref/$',
    params: { ...repository, ref: sha, _splat: path },
    search: true,
  } as const;
  const copy = async (): Promise<void> => {
    const address = new URL(router.buildLocation(there).publicHref, location.origin).href;
    if (await copyText(address)) announce(SHARED.copied);
  };
  useShortcuts([
    {
      keys: 'y',
      label: KEYBOARD.permalink,
      run: () => {
        void navigate({ ...there, replace: true, resetScroll: false });
        announce(KEYBOARD.permalinkMade);
      },
    },
    { keys: '.', label: KEYBOARD.copyPermalink, run: () => void copy() },
  ]);
}
