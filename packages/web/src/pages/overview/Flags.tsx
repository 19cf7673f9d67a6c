import { useQuery } from '@tanstack/react-query';
import { OVERVIEW } from '../../messages/en/overview.ts';
import { CoverageBar } from '../../parts/CoverageBar.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Section } from '../../parts/Section.tsx';
import { useAfterPaint } from '../../parts/use-after-paint.ts';
import styles from './Flags.module.css';
import { flagsQuery, type RepositoryAddress } from './overview-queries.ts';
import type { OverviewSearch } from './overview-search.ts';

/** The largest flags with their own coverage; one that is chosen filters the files. */
export function Flags({
  repository,
  sha,
  generation,
  search,
  onSearch,
}: {
  readonly repository: RepositoryAddress;
  readonly sha: string;
  readonly generation: number;
  readonly search: OverviewSearch;
  readonly onSearch: (next: OverviewSearch) => void;
}) {
  const isPainted = useAfterPaint();
  const query = useQuery({ ...flagsQuery(repository, sha, generation), enabled: isPainted });
  return (
    <Section query={query} skeleton={null}>
      {({ flags }) =>
        flags.length > 0 && (
          <section aria-labelledby="flags">
            <h2 id="flags">{OVERVIEW.flags}</h2>
            <ul className={styles.list}>
              {flags.map(({ name, uploads, coverage }) => {
                const isChosen = search.flags.includes(name);
                return (
                  <li key={name}>
                    <button
                      type="button"
                      className={styles.flag}
                      aria-pressed={isChosen}
                      title={OVERVIEW.flagsUploads(uploads)}
                      onClick={() =>
                        onSearch({
                          ...search,
                          flags: isChosen ? search.flags.filter((other) => other !== name) : [...search.flags, name],
                        })
                      }
                    >
                      <span className={styles.name}>{name}</span>
                      <CoverageBar of={coverage} />
                      <span className={styles.coverage}>
                        <Percent of={coverage} />
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        )
      }
    </Section>
  );
}
