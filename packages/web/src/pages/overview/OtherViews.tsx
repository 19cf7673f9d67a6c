import { Link, useNavigate } from '@tanstack/react-router';
import type { OverviewView } from '@thatch/server/http/ui/contract/overview.ts';
import { writeRef } from '../../addresses/refs.ts';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { BranchList, BranchPicker } from '../../parts/BranchPicker.tsx';
import { buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Percent } from '../../parts/Percent.tsx';
import type { RepositoryAddress } from './overview-queries.ts';
import styles from './OverviewPage.module.css';

/** Nothing is merged: the one next step. */
export function EmptyRepository({
  repository,
  hasCommits,
}: {
  readonly repository: RepositoryAddress;
  /** Something came, and nothing of it counts. */
  readonly hasCommits: boolean;
}) {
  return (
    <Empty title={OVERVIEW.empty}>
      <p>{hasCommits ? OVERVIEW.cameHint : OVERVIEW.emptyHint}</p>
      <Link to="/$svc/$owner/$repo/new" params={repository} className={buttonClass('primary')}>
        {OVERVIEW.connect}
      </Link>
    </Empty>
  );
}

const SHOWN_DIGITS = 7;

/** A branch, tag or commit without a report: the nearest one back. */
export function RefWithoutReport({
  view: { ref, nearest },
  repository,
}: {
  readonly view: Extract<OverviewView, { kind: 'no_report' }>;
  readonly repository: RepositoryAddress;
}) {
  const pick = usePickBranch(repository);
  const name = ref.kind === 'commit' ? ref.sha.slice(0, SHOWN_DIGITS) : ref.ref;
  return (
    <>
      <div>
        <BranchPicker repository={repository} current={name} onPick={pick} />
      </div>
      <Empty title={OVERVIEW.noReport(name)}>
        {nearest === null ? (
          <p>{OVERVIEW.nearestNone}</p>
        ) : (
          <>
            <p>
              {OVERVIEW.nearest(nearest.distance)} <Percent of={nearest.coverage} />
            </p>
            <Link
              to="/$svc/$owner/$repo/tree/$ref"
              params={{ ...repository, ref: nearest.sha }}
              className={buttonClass('primary')}
            >
              {OVERVIEW.showNearest(nearest.sha.slice(0, SHOWN_DIGITS))}
            </Link>
          </>
        )}
      </Empty>
    </>
  );
}

/** Nothing of that name: the branches there are, with what was typed. */
export function UnknownRef({ text, repository }: { readonly text: string; readonly repository: RepositoryAddress }) {
  const pick = usePickBranch(repository);
  return (
    <Empty title={OVERVIEW.unknown(text)}>
      <p>{OVERVIEW.unknownHint}</p>
      <div className={styles.branches}>
        <BranchList repository={repository} current="" initialText={text.split('/', 1)[0]} onPick={pick} />
      </div>
      <Link to="/$svc/$owner/$repo" params={repository}>
        {OVERVIEW.ofDefault}
      </Link>
    </Empty>
  );
}

/** Goes to the overview of a branch. */
export function usePickBranch(repository: RepositoryAddress, path = ''): (branch: string) => void {
  const navigate = useNavigate();
  return (branch) => {
    const params = { ...repository, ref: writeRef(branch) };
    if (path === '') void navigate({ to: '/$svc/$owner/$repo/tree/$ref', params, search: true });
    else void navigate({ to: '/$svc/$owner/$repo/tree/$ref/$', params: { ...params, _splat: path }, search: true });
  };
}
