import { lazyRouteComponent, useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
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
  useEffect(() => {
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
  const go = (to: string): void => void navigate({ to });
  const isInRepository = svc !== undefined && owner !== undefined && repo !== undefined;
  useShortcuts(
    [
      { keys: '?', label: KEYBOARD.help, run: openHelp },
      { keys: 'g h', label: KEYBOARD.home, run: () => go('/') },
      ...(isInRepository
        ? [
            { keys: 'g o', label: KEYBOARD.overview, run: () => go(`/${svc}/${owner}/${repo}`) },
            { keys: 'g c', label: KEYBOARD.commits, run: () => go(`/${svc}/${owner}/${repo}/commits`) },
            { keys: 'g s', label: KEYBOARD.settings, run: () => go(`/${svc}/${owner}/${repo}/config/tokens`) },
            { keys: 't', label: KEYBOARD.files, run: () => openPalette('t ') },
          ]
        : []),
    ],
    'everywhere',
  );
}
