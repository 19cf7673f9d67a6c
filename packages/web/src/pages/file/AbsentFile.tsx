import type { FileAnswer } from '@thatch/server/http/ui/contract/file.ts';
import { Link } from '@tanstack/react-router';
import { writeRef } from '../../addresses/refs.ts';
import { FILE } from '../../messages/en/file.ts';
import { buttonClass } from '../../parts/Button.tsx';
import { Empty } from '../../parts/Empty.tsx';
import styles from './FilePage.module.css';
import type { FileAddress } from './use-file-address.ts';

/** A file of which the report has nothing and whose code is not here: what may have been meant, and what dropped it. */
export function AbsentFile({
  file: { path, ref, absence },
  place: { svc, owner, repo },
}: {
  readonly file: FileAnswer;
  readonly place: FileAddress['place'];
}) {
  const { has_report: hasReport = false, nearest = [], dropped = [] } = absence ?? {};
  return (
    <div className={styles.absent}>
      <h1 className={styles.path}>{path}</h1>
      <Empty title={hasReport ? FILE.absent : FILE.noReport}>
        <p>{hasReport ? FILE.absentSentence(path) : FILE.noReportSentence}</p>
        <Link
          to="/$svc/$owner/$repo/tree/$ref"
          params={{ svc, owner, repo, ref: writeRef(ref) }}
          className={buttonClass()}
        >
          {FILE.toFiles}
        </Link>
      </Empty>
      {nearest.length > 0 && (
        <section>
          <h2>{FILE.nearest}</h2>
          <ul>
            {nearest.map((each) => (
              <li key={each}>
                <Link
                  to="/$svc/$owner/$repo/blob/$ref/$"
                  params={{ svc, owner, repo, ref, _splat: each }}
                  className="mono"
                >
                  {each}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {dropped.length > 0 && (
        <section>
          <h2>{FILE.dropped}</h2>
          <ul>
            {dropped.map(({ upload, name, path: named, reason, fix }) => (
              <li key={upload}>
                {FILE.uploadName(name, [], upload)}: <code>{named}</code>, {FILE.reasons[reason]}
                <p>{fix}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
