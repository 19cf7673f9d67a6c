import { codecovLines, curlLines, thatchLines } from './commands.ts';
import { indent, yamlText, type Ci, type SnippetFacts } from './snippet.ts';

/** GitLab CI. Tests run in the project's own image and hand the report to a job whose image has Node, git and curl. */
export const GITLAB_CI: Ci = {
  label: 'GitLab CI',
  file: '.gitlab-ci.yml',
  secret: 'THATCH_TOKEN',
  ways: {
    thatch: (facts) => pipeline(facts, thatchLines(facts)),
    curl: (facts) =>
      pipeline(
        facts,
        curlLines(facts, {
          repository: 'gl/$CI_PROJECT_PATH',
          commit: '$CI_COMMIT_SHA',
          branch: '${CI_MERGE_REQUEST_SOURCE_BRANCH_NAME:-$CI_COMMIT_REF_NAME}',
        }),
      ),
    'codecov-cli': (facts) => pipeline(facts, codecovLines(facts), { image: 'python:3.13' }),
    oidc: (facts) =>
      pipeline(facts, thatchLines(facts), {
        identity: `\n  id_tokens:\n    THATCH_TOKEN: { aud: ${yamlText(facts.address)} }`,
      }),
  },
};

function pipeline(
  { address, test }: SnippetFacts,
  lines: string,
  { image = 'node:24', identity = '' }: { readonly image?: string; readonly identity?: string } = {},
): string {
  return `test:
  script:
    - ${yamlText(test.command)}
  artifacts:
    paths: [${yamlText(test.report)}]

coverage:
  stage: .post
  image: ${image}
  variables:
    GIT_DEPTH: 0
    THATCH_URL: ${yamlText(address)}${identity}
  script:
    - |
      set -e
${indent(lines, 6)}
`;
}
