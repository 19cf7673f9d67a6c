import { useState } from 'react';
import type { UploadProblem } from '@thatch/server/http/ui/contract/commit.ts';
import { UPLOADS } from '../messages/en/commit.ts';
import { Button } from './Button.tsx';
import styles from './ProblemList.module.css';
import { StateIcon } from './StateIcon.tsx';

/** "First five" of web-ui §3.6. */
const FIRST = 5;

/** Problems with their place, how often, and the remedy; the first five until more are asked for. */
export function ProblemList({ problems }: { readonly problems: readonly UploadProblem[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? problems : problems.slice(0, FIRST);
  return (
    <>
      <ol className={styles.problems}>
        {shown.map((problem) => (
          <Problem key={keyOf(problem)} problem={problem} />
        ))}
      </ol>
      {shown.length < problems.length && (
        <p className={styles.more}>
          {UPLOADS.firstProblems(shown.length, problems.length)}
          <Button kind="quiet" onClick={() => setWhole(true)}>
            {UPLOADS.allProblems}
          </Button>
        </p>
      )}
    </>
  );
}

/** Equal ones are counted, not repeated. */
function keyOf({ code, file, message, line }: UploadProblem): string {
  return [code, file, line, message].join('\n');
}

function Problem({ problem }: { readonly problem: UploadProblem }) {
  const { code, severity, message, hint, file, line, byte, count } = problem;
  return (
    <li className={styles.problem}>
      <StateIcon kind={severity === 'error' ? 'fail' : 'neutral'} label={UPLOADS.severity[severity]} />
      <div className={styles.text}>
        <p className={styles.message}>{message}</p>
        <p className={styles.facts}>
          <code>{code}</code>
          {file !== null && <span className={styles.file}>{UPLOADS.place({ file, line, byte })}</span>}
          {count > 1 && <span>{UPLOADS.times(count)}</span>}
        </p>
        {hint !== '' && (
          <p className={styles.hint}>
            <strong>{UPLOADS.fix}</strong> {hint}
          </p>
        )}
      </div>
    </li>
  );
}
