import { curlLines, thatchLines } from './commands.ts';
import { ASK_RUNNER } from './github-actions.ts';
import { indent, yamlText, type Ci, type SnippetFacts } from './snippet.ts';

/** Forgejo Actions, and Gitea's. */
export const FORGEJO_ACTIONS: Ci = {
  label: 'Forgejo Actions',
  file: '.forgejo/workflows/coverage.yml',
  secret: 'THATCH_TOKEN',
  ways: {
    thatch: (facts) => workflow(facts, thatchLines(facts)),
    curl: (facts) =>
      workflow(
        facts,
        curlLines(facts, {
          repository: 'gt/$GITHUB_REPOSITORY',
          commit: '$(git rev-parse HEAD)',
          branch: '${GITHUB_HEAD_REF:-$GITHUB_REF_NAME}',
        }),
      ),
    oidc: (facts) => workflow(facts, `${ASK_RUNNER}\n${thatchLines(facts)}`, { hasIdentity: true }),
  },
};

function workflow(
  { address, test }: SnippetFacts,
  lines: string,
  { hasIdentity }: { readonly hasIdentity: boolean } = { hasIdentity: false },
): string {
  // Forgejo gives identity tokens by this key; GitHub's `permissions` do nothing there (providers §7).
  const identity = hasIdentity ? '\n    enable-openid-connect: true' : '';
  const token = hasIdentity ? '' : '\n          THATCH_TOKEN: ${{ secrets.THATCH_TOKEN }}';
  return `name: Coverage
on: [push, pull_request]
jobs:
  coverage:
    runs-on: docker${identity}
    steps:
      - uses: https://code.forgejo.org/actions/checkout@v5
        with: { fetch-depth: 0, ref: '\${{ github.head_ref || github.ref_name }}' }
      - run: ${yamlText(test.command)}
      - run: |
${indent(lines, 10)}
        env:
          THATCH_URL: ${yamlText(address)}${token}
`;
}
