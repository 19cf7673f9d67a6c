import { useState } from 'react';
import { CI_SNIPPETS } from '../../messages/en/ci-snippets.ts';
import { Select } from '../Select.tsx';
import { Snippet } from '../Snippet.tsx';
import { Tabs } from '../Tabs.tsx';
import { CIS, snippetText, waysOf } from './ci-list.ts';
import styles from './CiSnippets.module.css';
import { CI_NAMES, type CiName, type SnippetFacts, type Way } from './snippet.ts';
import { TEST_COMMANDS, TEST_TOOLS, type TestTool } from './test-commands.ts';

interface CiSnippetsProps {
  /** Where CI reaches the installation, without a final slash. */
  readonly address: string;
  /** An upload token, shown as dots; null = a placeholder stands in its place. */
  readonly token: string | null;
  /** `gh/acme/web`; null = the job finds out itself, for tokens that open more than one. */
  readonly repository: string | null;
  /** The chosen system, where the address of the page says it; else kept here. */
  readonly ci?: CiName;
  readonly onCiChange?: (ci: CiName) => void;
}

/** How each CI system sends reports: whole texts to be copied, with tabs for the system, the test tool and the way of sending. */
export function CiSnippets({ address, token, repository, ci, onCiChange }: CiSnippetsProps) {
  const [ownCi, setOwnCi] = useState<CiName>('github-actions');
  const [tool, setTool] = useState<TestTool>('vitest');
  const [wantedWay, setWay] = useState<Way>('thatch');
  const shown = ci ?? ownCi;
  const ways = waysOf(shown, repository);
  const way = ways.includes(wantedWay) ? wantedWay : 'thatch';
  const facts = { address, token: token ?? CI_SNIPPETS.noToken, repository, test: TEST_COMMANDS[tool] };
  return (
    <Tabs
      label={CI_SNIPPETS.systems}
      tabs={CI_NAMES.map((name) => ({ name, label: CIS[name].label }))}
      value={shown}
      onChange={onCiChange ?? setOwnCi}
    >
      <div className={styles.panel}>
        <div className={styles.choices}>
          <Select
            label={CI_SNIPPETS.tests}
            value={tool}
            options={TEST_TOOLS.map((name) => ({ value: name, label: TEST_COMMANDS[name].label }))}
            onChange={setTool}
          />
          <Select
            label={CI_SNIPPETS.way}
            value={way}
            options={ways.map((name) => ({ value: name, label: wayLabel(shown, name) }))}
            onChange={setWay}
          />
        </div>
        <Steps ci={shown} way={way} facts={facts} secret={token} />
        <p className={styles.note}>{noteOf(shown, way)}</p>
      </div>
    </Tabs>
  );
}

function Steps({
  ci,
  way,
  facts,
  secret,
}: {
  readonly ci: CiName;
  readonly way: Way;
  readonly facts: SnippetFacts;
  readonly secret: string | null;
}) {
  const { file, secret: secretName } = CIS[ci];
  const text = snippetText(ci, way, facts);
  return (
    <ol className={styles.steps}>
      {secretName !== null && way !== 'oidc' && (
        <li>
          <h3>
            {CI_SNIPPETS.secretStep(secretName)} <small>{CI_SNIPPETS.secretPlaces[ci]}</small>
          </h3>
          <Snippet text={facts.token} what={CI_SNIPPETS.token} secret={secret} />
        </li>
      )}
      <li>
        <h3>{file === null ? CI_SNIPPETS.shellStep : CI_SNIPPETS.fileStep(file)}</h3>
        <Snippet text={text} what={CI_SNIPPETS.snippet} secret={file === null ? secret : null} />
      </li>
    </ol>
  );
}

function wayLabel(ci: CiName, way: Way): string {
  return ci === 'github-actions' && way === 'codecov-cli' ? CI_SNIPPETS.action : CI_SNIPPETS.ways[way];
}

function noteOf(ci: CiName, way: Way): string {
  switch (way) {
    case 'thatch':
      return CI_SNIPPETS.needs;
    case 'oidc':
      return CI_SNIPPETS.oidcNotes[ci];
    case 'curl':
      return CI_SNIPPETS.without;
    case 'codecov-cli':
      return ci === 'other-ci' ? `${CI_SNIPPETS.without} ${CI_SNIPPETS.needsCli}` : CI_SNIPPETS.without;
  }
}
