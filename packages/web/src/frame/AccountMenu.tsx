import { Link } from '@tanstack/react-router';
import { CircleUserRound } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { SessionPerson } from '@thatch/server/http/ui/contract/session.ts';
import { useSignOut } from '../account/sign-out.ts';
import { useSession } from '../api/queries.ts';
import { FRAME } from '../messages/en/frame.ts';
import { Menu, MenuItem, MenuLink, MenuSeparator } from '../parts/Menu.tsx';

const PasswordDialog = lazy(() =>
  import('../account/PasswordDialog.tsx').then(({ PasswordDialog: dialog }) => ({ default: dialog })),
);
const PreferencesDialog = lazy(() =>
  import('../account/PreferencesDialog.tsx').then(({ PreferencesDialog: dialog }) => ({ default: dialog })),
);

/** What the person who signed in can do with the account. */
export function AccountMenu({ person }: { readonly person: SessionPerson }) {
  const { setup } = useSession();
  const signOut = useSignOut();
  const [opened, setOpened] = useState<'password' | 'preferences' | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpened(null);
    // The line of the menu that had the focus is gone.
    requestAnimationFrame(() => place.current?.querySelector('button')?.focus());
  };
  return (
    <div ref={place}>
      <Menu label={FRAME.account(person.name)} trigger={<CircleUserRound size={20} strokeWidth={1.75} />}>
        {person.is_operator && setup === 'upload' && (
          <MenuLink>
            <Link to="/setup">{FRAME.setUp}</Link>
          </MenuLink>
        )}
        {person.is_operator && (
          <MenuLink>
            <Link to="/admin/health">{FRAME.administration}</Link>
          </MenuLink>
        )}
        <MenuItem onSelect={() => setOpened('preferences')}>{FRAME.preferences}</MenuItem>
        <MenuItem onSelect={() => setOpened('password')}>{FRAME.changePassword}</MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => void signOut()}>{FRAME.signOut}</MenuItem>
      </Menu>
      <Suspense>
        {opened === 'password' && <PasswordDialog onClose={close} />}
        {opened === 'preferences' && <PreferencesDialog onClose={close} />}
      </Suspense>
    </div>
  );
}
