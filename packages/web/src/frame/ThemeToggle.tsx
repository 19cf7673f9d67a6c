import { Moon, Sun, SunMoon } from 'lucide-react';
import { FRAME } from '../messages/en/frame.ts';
import { Menu, MenuChoice } from '../parts/Menu.tsx';
import type { Preferences } from '../preferences.ts';
import { usePreferences } from './use-preferences.ts';

const ICONS = { system: SunMoon, light: Sun, dark: Moon } as const;
const THEMES = ['system', 'light', 'dark'] as const;

/** System, light or dark. */
export function ThemeToggle() {
  const [preferences, setPreferences] = usePreferences();
  const Icon = ICONS[preferences.theme];
  return (
    <Menu label={FRAME.theme} trigger={<Icon size={20} strokeWidth={1.75} />}>
      <MenuChoice
        value={preferences.theme}
        options={THEMES.map((theme) => ({ value: theme, label: FRAME.themes[theme] }))}
        onChange={(theme) => setPreferences({ ...preferences, theme: theme as Preferences['theme'] })}
      />
    </Menu>
  );
}
