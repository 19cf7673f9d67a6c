import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import type { CommitAnswer, ReprocessAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { PREFIX } from '../../addresses/prefix.ts';
import { apiAddress, change, repositoryPath } from '../../api/client.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { announce } from '../../parts/announce.ts';
import { Menu, MenuItem, MenuLink, MenuSeparator } from '../../parts/Menu.tsx';
import { SectionError } from '../../parts/Section.tsx';
import { commitKey, type CommitPlace } from './commit-data.ts';
import styles from './CommitActions.module.css';

/** What can be done with a commit: taking its report along; for members, reading its uploads again. */
export function CommitActions({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  const reprocess = useReprocess(place);
  const hasReport = commit.coverage !== null;
  const mayReprocess = commit.rights.may_reprocess && commit.uploads_all > 0;
  if (!hasReport && !mayReprocess) return null;
  return (
    <div className={styles.actions}>
      <Menu label={COMMIT.actions} trigger={<Ellipsis size={20} strokeWidth={1.75} />}>
        {hasReport && (
          <>
            <MenuLink>
              <a href={reportAddress(place)} download={`${place.sha.slice(0, 12)}.json`}>
                {COMMIT.downloadJson}
              </a>
            </MenuLink>
            <MenuLink>
              <a href={apiAddress(`${repositoryPath(place)}/commits/${place.sha}/report.lcov`)} download>
                {COMMIT.downloadLcov}
              </a>
            </MenuLink>
            <MenuLink>
              <a href={apiAddress(`${repositoryPath(place)}/commits/${place.sha}/report.xml`)} download>
                {COMMIT.downloadCobertura}
              </a>
            </MenuLink>
          </>
        )}
        {hasReport && mayReprocess && <MenuSeparator />}
        {mayReprocess && <MenuItem onSelect={() => reprocess.mutate(undefined)}>{COMMIT.reprocess}</MenuItem>}
      </Menu>
      {reprocess.error !== null && (
        <SectionError error={reprocess.error} onRetry={() => reprocess.mutate(reprocess.variables)} />
      )}
    </div>
  );
}

/** Reads one upload again, by id, or all of the commit. */
export function useReprocess(place: CommitPlace) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (upload: string | undefined) =>
      change<ReprocessAnswer>('POST', `${repositoryPath(place)}/commits/${place.sha}/reprocess`, { upload }),
    onSuccess: async ({ uploads }) => {
      announce(COMMIT.reprocessed(uploads));
      await queries.invalidateQueries({ queryKey: commitKey(place) });
    },
  });
}

/** The report as the REST API has it, with lines. */
function reportAddress({ svc, owner, repo, sha }: CommitPlace): string {
  const names = [svc, owner, 'repos', repo].map(encodeURIComponent).join('/');
  return `${PREFIX}/api/v2/${names}/report?sha=${encodeURIComponent(sha)}`;
}
