import { Link, useRouterState } from '@tanstack/react-router';
import type { CommitAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import type { FlagsAnswer } from '@thatch/server/http/ui/contract/overview.ts';
import { COMMIT, UPLOADS } from '../../messages/en/commit.ts';
import { whole } from '../../messages/en/shared.ts';
import { duration } from '../../messages/en/units.ts';
import { FilterPicker } from '../../parts/FilterPicker.tsx';
import { Percent } from '../../parts/Percent.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { StateIcon } from '../../parts/StateIcon.tsx';
import { useChoice, useFlags, type CommitPlace } from './commit-data.ts';
import styles from './CommitSide.module.css';
import { uploadName, uploadState, wholeTime } from './upload-words.ts';

const MOST_UPLOADS = 8;

/** Beside the tree: how the uploads are; always: the flags, which choose what counts. */
export function CommitSide({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  const isUploads = useRouterState({ select: ({ location }) => /\/uploads(\/|$)/.test(location.pathname) });
  return (
    <aside className={styles.side}>
      {!isUploads && commit.uploads.length > 0 && <BriefUploads place={place} commit={commit} />}
      {commit.coverage !== null && <Flags place={place} />}
    </aside>
  );
}

function BriefUploads({ place, commit }: { readonly place: CommitPlace; readonly commit: CommitAnswer }) {
  // What failed is what people look for.
  const urgent = commit.uploads.toSorted((one, other) => rank(one.state) - rank(other.state));
  const shown = urgent.slice(0, MOST_UPLOADS);
  return (
    <section>
      <h2 className={styles.title}>{COMMIT.uploadsTab}</h2>
      <ul className={styles.list}>
        {shown.map((upload) => {
          const time = wholeTime(upload);
          return (
            <li key={upload.id} className={styles.upload}>
              <StateIcon kind={uploadState(upload.state)} label={UPLOADS.states[upload.state]} />
              <Link
                to="/$svc/$owner/$repo/commit/$sha/uploads/$upload"
                params={{ ...place, upload: upload.id }}
                search={true}
                resetScroll={false}
              >
                {uploadName(upload)}
              </Link>
              <span className={styles.quiet}>
                {upload.state === 'merged' && time !== null ? duration(time) : UPLOADS.states[upload.state]}
              </span>
              {upload.state === 'error' && upload.problem !== null && (
                <p className={styles.problem}>{upload.problem.message}</p>
              )}
            </li>
          );
        })}
      </ul>
      {commit.uploads_all > shown.length && (
        <Link to="/$svc/$owner/$repo/commit/$sha/uploads" params={place} search={true} className={styles.more}>
          {COMMIT.seeUploads}
        </Link>
      )}
    </section>
  );
}

function rank(state: CommitAnswer['uploads'][number]['state']): number {
  if (state === 'error') return 0;
  return uploadState(state) === 'pending' ? 1 : 2;
}

function Flags({ place }: { readonly place: CommitPlace }) {
  const query = useFlags(place);
  return (
    <section>
      <h2 className={styles.title}>{COMMIT.flags}</h2>
      <Section query={query} skeleton={<Skeleton rows={3} />}>
        {(answer) => <FlagList answer={answer} />}
      </Section>
    </section>
  );
}

function FlagList({ answer: { flags, all, names } }: { readonly answer: FlagsAnswer }) {
  const { choice, choose } = useChoice();
  if (flags.length === 0) return <p className={styles.quiet}>{COMMIT.noFlags}</p>;
  const toggle = (name: string): void => {
    const others = choice.flags.filter((flag) => flag !== name);
    choose({ flags: others.length === choice.flags.length ? [...choice.flags, name] : others });
  };
  return (
    <>
      <ul className={styles.list}>
        {flags.map(({ name, uploads, coverage }) => (
          <li key={name}>
            <button
              type="button"
              className={styles.flag}
              aria-pressed={choice.flags.includes(name)}
              onClick={() => toggle(name)}
            >
              <span className={`${styles.name} mono`}>{name}</span>
              <Percent of={coverage} />
              <span className={styles.quiet} title={COMMIT.flagsOf(uploads)}>
                {whole(coverage.lines)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {all > flags.length && (
        <FilterPicker
          label={COMMIT.moreFlags(all - flags.length)}
          find={COMMIT.findFlag}
          options={names.map((name) => ({ value: name, text: name }))}
          chosen={choice.flags}
          onChange={(chosen) => choose({ flags: chosen })}
        />
      )}
    </>
  );
}
