import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import type { RefAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { read, repositoryPath } from '../api/client.ts';
import { PALETTE } from '../messages/en/palette.ts';
import { Highlighted } from '../parts/path-search/Highlighted.tsx';
import { usePathSearch } from '../parts/path-search/path-search.ts';
import { type Choice, fileHref, type Place } from './choices.ts';
import styles from './Palette.module.css';

const MOST_SHOWN = 20;

/** Files of the newest report of the default branch, searched in a worker. */
export function FileChoices({
  place,
  text,
  onChoose,
}: {
  readonly place: Place;
  readonly text: string;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { svc = '', owner = '', repo = '' } = place;
  const base = repositoryPath({ svc, owner, repo });
  const { data: head } = useQuery({
    queryKey: ['repos', svc, owner, repo, 'ref', '', ''],
    queryFn: ({ signal }) => read<RefAnswer>(`${base}/ref`, { ref: '', path: '' }, signal),
  });
  const found = usePathSearch({ svc, owner, repo, sha: null }, text);
  return (
    <Command.Group heading={PALETTE.files} className={styles.group}>
      {found.kind === 'waiting' && <p className={styles.none}>{PALETTE.filesWaiting}</p>}
      {found.kind === 'failed' && <p className={styles.none}>{PALETTE.filesFailed}</p>}
      {found.kind === 'hits' &&
        head !== undefined &&
        found.hits.slice(0, MOST_SHOWN).map(({ path, matches }) => {
          const href = fileHref(place, head.ref, path);
          return (
            <Command.Item
              key={path}
              value={`file ${path}`}
              onSelect={() => onChoose({ id: href, label: path, target: { kind: 'page', href } })}
              className={styles.item}
            >
              <span className="mono">
                <Highlighted text={path} matches={matches} />
              </span>
            </Command.Item>
          );
        })}
    </Command.Group>
  );
}
