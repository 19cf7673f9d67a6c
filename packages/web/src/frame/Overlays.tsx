import { lazyRouteComponent, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect, useLayoutEffect } from 'react';
import { hasModifier } from '../keyboard/keys.ts';
import { openHelp, useIsHelpOpen } from '../keyboard/help.ts';
import { useKeyboard, useShortcuts } from '../keyboard/shortcuts.ts';
import { KEYBOARD } from '../messages/en/keyboard.ts';
import { openPalette, usePaletteOpening } from '../palette/open.ts';

const Palette = lazyRouteComponent(() => import('../palette/Palette.tsx'), 'Palette');
const KeyboardHelp = lazyRouteComponent(() => import('../keyboard/KeyboardHelp.tsx'), 'KeyboardHelp');

/** What opens over every page: palette and help, loaded when they are first asked for; and the keys that work everywhere. */
export function Overlays() {
  const opening = usePaletteOpening();
  const isHelpOpen = useIsHelpOpen();
  useKeyboard();
  useCommandKey();
  useEverywhere();
  useEarlyPalette();
  return (
    <Suspense>
      {opening !== null && <Palette startText={opening.text} />}
      {isHelpOpen && <KeyboardHelp />}
    </Suspense>
  );
}

/** After the page, before it is asked for. */
const EARLY_MS = 1500;

/** The palette is there when somebody types at once after opening it. */
function useEarlyPalette(): void {
  useEffect(() => {
    const timer = setTimeout(() => void Palette.preload?.(), EARLY_MS);
    return () => clearTimeout(timer);
  }, []);
}

function useCommandKey(): void {
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!hasModifier(event) || event.shiftKey || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      openPalette();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
}

function useEverywhere(): void {
  const navigate = useNavigate();
  const { svc, owner, repo } = useParams({ strict: false });
  const here = svc === undefined || owner === undefined || repo === undefined ? null : { svc, owner, repo };
  const go = (to: '/$svc/$owner/$repo' | '/$svc/$owner/$repo/commits'): void => {
    if (here !== null) void navigate({ to, params: here });
  };
  useShortcuts(
    [
      { keys: '?', label: KEYBOARD.help, run: openHelp },
      { keys: 'g h', label: KEYBOARD.home, run: () => void navigate({ to: '/' }) },
      ...(here !== null
        ? [
            { keys: 'g o', label: KEYBOARD.overview, run: () => go('/$svc/$owner/$repo') },
            { keys: 'g c', label: KEYBOARD.commits, run: () => go('/$svc/$owner/$repo/commits') },
            { keys: 't', label: KEYBOARD.files, run: () => openPalette('t ') },
          ]
        : []),
    ],
    'everywhere',
  );
}
