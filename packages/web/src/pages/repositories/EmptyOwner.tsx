import { useSession } from '../../api/queries.ts';
import { REPOSITORIES } from '../../messages/en/repositories.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Snippet } from '../../parts/Snippet.tsx';
import type { OwnerName } from './repositories-queries.ts';

/** An owner without repositories: how the first one comes. */
export function EmptyOwner({ svc, owner }: OwnerName) {
  const { instance } = useSession();
  const commands = REPOSITORIES.snippet(instance.address, svc, owner);
  return (
    <Empty title={REPOSITORIES.empty}>
      <p>{REPOSITORIES.emptyHint}</p>
      <Snippet text={commands} what={REPOSITORIES.snippetName} />
    </Empty>
  );
}
