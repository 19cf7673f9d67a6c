import { codecovLines, curlLines, thatchLines } from './commands.ts';
import { indent, yamlText, type Ci, type SnippetFacts } from './snippet.ts';

/** CircleCI. */
export const CIRCLE_CI: Ci = {
  label: 'CircleCI',
  file: '.circleci/config.yml',
  secret: 'THATCH_TOKEN',
  ways: {
    thatch: (facts) => config(facts, thatchLines(facts)),
    curl: (facts) =>
      config(
        facts,
        curlLines(facts, {
          repository: 'gh/$CIRCLE_PROJECT_USERNAME/$CIRCLE_PROJECT_REPONAME',
          commit: '$CIRCLE_SHA1',
          branch: '$CIRCLE_BRANCH',
        }),
      ),
    'codecov-cli': (facts) => config(facts, codecovLines(facts)),
    oidc: (facts) =>
      config(
        facts,
        `export THATCH_TOKEN=$(circleci run oidc get --claims "{\\"aud\\": \\"$THATCH_URL\\"}")\n${thatchLines(facts)}`,
      ),
  },
};

function config({ address, test }: SnippetFacts, lines: string): string {
  return `version: 2.1
jobs:
  coverage:
    machine: { image: ubuntu-2404:current }
    environment:
      THATCH_URL: ${yamlText(address)}
    steps:
      - checkout
      - run: ${yamlText(test.command)}
      - run: |
${indent(lines, 10)}
workflows:
  coverage:
    jobs: [coverage]
`;
}
