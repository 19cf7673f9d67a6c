import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { COMMIT } from '../../messages/en/commit.ts';
import { SHARED } from '../../messages/en/shared.ts';
import { Button } from '../../parts/Button.tsx';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { StatusBadge } from '../../parts/StatusBadge.tsx';
import { useFlash } from '../../parts/use-flash.ts';
import { useChoice } from './commit-data.ts';
import { isUnfinished } from './upload-words.ts';
import styles from './CommitNumbers.module.css';

/** The one headline number of the page, and what it is made of. */
export function CommitNumbers({ commit }: { readonly commit: CommitAnswer }) {
  const { coverage, selected, progress } = commit;
  const lit = useFlash(String(commit.generation), commit.sha);
  const shown = selected ?? coverage;
  return (
    <section className={styles.numbers} aria-label={COMMIT.numbers}>
      <p className={`${styles.figure} ${lit}`}>
        <Percent of={shown} />
      </p>
      <ul className={styles.counts}>
        <li>{shown === null ? COMMIT.noReport : SHARED.ratioLines(shown.hits, shown.lines)}</li>
        {shown !== null && <li>{COMMIT.files(shown.files)}</li>}
        <li>{COMMIT.uploads(progress.merged, progress.all)}</li>
        {isUnfinished(commit) && coverage !== null && (
          <li>
            <StatusBadge kind="pending" isDotted>
              {COMMIT.soFar}
            </StatusBadge>
          </li>
        )}
      </ul>
      <div className={styles.bar}>
        <CoverageBar of={shown ?? NOTHING} isHead />
        <span className={styles.classes} aria-hidden="true">
          {shown !== null && SHARED.bar(shown.hits, shown.partials, shown.misses)}
        </span>
      </div>
      {selected !== null && <ChoiceNote coverage={coverage?.coverage ?? null} />}
    </section>
  );
}

const NOTHING = { lines: 0, hits: 0, partials: 0, misses: 0 };

function ChoiceNote({ coverage }: { readonly coverage: string | null }) {
  const { choose } = useChoice();
  return (
    <p className={styles.choice}>
      {COMMIT.chosen(coverage === null ? SHARED.noLines : SHARED.percent(coverage))}
      <Button onClick={() => choose({ upload: [], flags: [] })}>{COMMIT.all}</Button>
    </p>
  );
}
