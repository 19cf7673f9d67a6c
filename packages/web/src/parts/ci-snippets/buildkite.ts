import { codecovLines, curlLines, thatchLines } from './commands.ts';
import { REPOSITORY_OF_ORIGIN } from './origin.ts';
import { indent, yamlText, type Ci, type SnippetFacts } from './snippet.ts';

/** Buildkite. A `$` is doubled: what stands alone is filled in when the pipeline is read, not when it runs. */
export const BUILDKITE: Ci = {
  label: 'Buildkite',
  file: '.buildkite/pipeline.yml',
  secret: 'THATCH_TOKEN',
  ways: {
    thatch: (facts) => pipeline(facts, thatchLines(facts)),
    curl: (facts) =>
      pipeline(
        facts,
        `${facts.repository === null ? `${REPOSITORY_OF_ORIGIN}\n` : ''}${curlLines(facts, {
          repository: '$repo',
          commit: '$BUILDKITE_COMMIT',
          branch: '$BUILDKITE_BRANCH',
        })}`,
      ),
    'codecov-cli': (facts) => pipeline(facts, codecovLines(facts)),
    oidc: (facts) =>
      pipeline(
        facts,
        `export THATCH_TOKEN=$(buildkite-agent oidc request-token --audience "$THATCH_URL")\n${thatchLines(facts)}`,
        '',
      ),
  },
};

function pipeline({ address, test }: SnippetFacts, lines: string, secrets = '\n    secrets: [THATCH_TOKEN]'): string {
  const command = `set -e\n${test.command}\n${lines}`.replaceAll('$', '$$$$');
  return `steps:
  - label: Coverage${secrets}
    env:
      THATCH_URL: ${yamlText(address)}
    command: |
${indent(command, 6)}
`;
}
