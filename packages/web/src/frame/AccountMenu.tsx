import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CircleUserRound } from 'lucide-react';
import type { SessionPerson } from '@thatch/server/http/ui/contract/session.ts';
import { change } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { FRAME } from '../messages/en/frame.ts';
import { Menu, MenuItem } from '../parts/Menu.tsx';

/** What the person who signed in can do with the account. */
export function AccountMenu({ person }: { readonly person: SessionPerson }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    await change('DELETE', '/session');
    queries.clear();
    await queries.fetchQuery(sessionQuery);
    await navigate({ to: '/login' });
  };
  return (
    <Menu label={FRAME.account(person.name)} trigger={<CircleUserRound size={20} strokeWidth={1.75} />}>
      <MenuItem onSelect={() => void signOut()}>{FRAME.signOut}</MenuItem>
    </Menu>
  );
}
