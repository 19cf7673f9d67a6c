import { useNavigate } from '@tanstack/react-router';
import { change } from '../api/client.ts';
import { renewSession } from '../api/queries.ts';

/** Ends the session and leads to the sign-in page. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    await change('DELETE', '/session');
    // What stands on the page is of the one who leaves.
    await navigate({ to: '/logout' });
    await renewSession();
  };
}
