import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { FixTrialAnswer, InspectionAnswer } from '@thatch/server/http/ui/contract/commit.ts';
import { ApiError, change, read, repositoryPath } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { UPLOADS } from '../../messages/en/commit.ts';
import { Button } from '../../parts/Button.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Field } from '../../parts/Field.tsx';
import { Section } from '../../parts/Section.tsx';
import { Skeleton } from '../../parts/Skeleton.tsx';
import { commitKey, type CommitPlace } from './commit-data.ts';
import styles from './UploadDrawer.module.css';

/** Paths that match no file beside the files they may mean, a rule that would help, and how unreadable reports begin. */
export function UploadInspection({
  place,
  id,
  hasUnmatched,
  hasHead,
}: {
  readonly place: CommitPlace;
  readonly id: string;
  readonly hasUnmatched: boolean;
  readonly hasHead: boolean;
}) {
  const query = useQuery({
    queryKey: [...commitKey(place), 'upload', id, 'inspection'],
    queryFn: ({ signal }) =>
      read<InspectionAnswer>(`${repositoryPath(place)}/uploads/${encodeURIComponent(id)}/inspection`, {}, signal),
  });
  return (
    <Section query={query} skeleton={<Skeleton rows={4} />}>
      {(inspection) => (
        <>
          {hasUnmatched && <Unmatched id={id} inspection={inspection} />}
          {hasHead && inspection.files.length > 0 && <Heads files={inspection.files} />}
        </>
      )}
    </Section>
  );
}

function Unmatched({ id, inspection }: { readonly id: string; readonly inspection: InspectionAnswer }) {
  const { person } = useSession();
  const { unmatched, total, has_tree: hasTree, suggestion } = inspection;
  return (
    <section className={styles.section}>
      <h3>{UPLOADS.unmatched}</h3>
      {total > unmatched.length && <p className={styles.quiet}>{UPLOADS.unmatchedOf(unmatched.length, total)}</p>}
      <ul className={styles.paths}>
        {unmatched.map(({ path, nearest }) => (
          <li key={path}>
            <code>{path}</code>
            <span className={styles.near}>
              {nearest.length === 0 ? (
                hasTree && UPLOADS.noNamesake
              ) : (
                <>
                  {UPLOADS.looksLike} <code>{nearest[0]}</code>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {!hasTree && <p className={styles.quiet}>{UPLOADS.noTree}</p>}
      {hasTree && person !== null && <RuleTrial id={id} suggestion={suggestion} />}
    </section>
  );
}

function RuleTrial({ id, suggestion }: { readonly id: string; readonly suggestion: InspectionAnswer['suggestion'] }) {
  const [rule, setRule] = useState(suggestion?.rule ?? '');
  const trial = useMutation({
    mutationFn: (tried: string) =>
      change<FixTrialAnswer>('POST', `/uploads/${encodeURIComponent(id)}/try-fixes`, { fixes: [tried] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!trial.isPending) trial.mutate(rule.trim());
  };
  return (
    <>
      {suggestion !== null && <p>{UPLOADS.suggested(suggestion.matched, suggestion.total)}</p>}
      <form className={styles.rule} onSubmit={submit}>
        <Field
          label={UPLOADS.rule}
          placeholder={UPLOADS.ruleHelp}
          error={trial.error === null ? null : sentenceOf(trial.error)}
          value={rule}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setRule(event.target.value)}
        />
        <Button type="submit" busy={trial.isPending && UPLOADS.trying}>
          {UPLOADS.tryRule}
        </Button>
      </form>
      {trial.data !== undefined && <TrialResult rule={trial.variables} trial={trial.data} />}
    </>
  );
}

function TrialResult({ rule, trial }: { readonly rule: string; readonly trial: FixTrialAnswer }) {
  const { matched, total, examples } = trial;
  const lines = UPLOADS.yaml(rule);
  return (
    <div className={styles.result}>
      <p role="status">
        <strong>{UPLOADS.tried(matched, total)}</strong>
      </p>
      {matched > 0 && (
        <>
          <ul className={styles.paths}>
            {examples.map(({ written, path }) => (
              <li key={written}>
                <code>{written}</code>
                <span className={styles.near}>
                  {UPLOADS.becomes} <code>{path}</code>
                </span>
              </li>
            ))}
          </ul>
          <p>{UPLOADS.toPaste}</p>
          <div className={styles.snippet}>
            <pre>{lines}</pre>
            <CopyButton text={lines} what={UPLOADS.yamlName} />
          </div>
        </>
      )}
    </div>
  );
}

function Heads({ files }: { readonly files: InspectionAnswer['files'] }) {
  return (
    <section className={styles.section}>
      <h3>{UPLOADS.heads}</h3>
      <ul className={styles.heads}>
        {files.map(({ name, head }) => (
          <li key={`${name}\n${head}`}>
            <code>{UPLOADS.headOf(name)}</code>
            {head === '' ? <p className={styles.quiet}>{UPLOADS.noHead}</p> : <pre>{head}</pre>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function sentenceOf(error: Error): string {
  return error instanceof ApiError ? error.problem.detail : error.message;
}
