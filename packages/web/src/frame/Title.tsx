import { useParams } from '@tanstack/react-router';
import { useSession } from '../api/queries.ts';

/** The title of the page: `<what> · <repo> · <instance>` (web-ui §2). */
export function Title({ text }: { readonly text: string }) {
  const { instance } = useSession();
  const { repo } = useParams({ strict: false });
  return <title>{[text, repo, instance.name].filter((part) => part !== undefined).join(' · ')}</title>;
}
