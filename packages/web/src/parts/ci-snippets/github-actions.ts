import { codecovName, curlLines, thatchLines } from './commands.ts';
import { indent, yamlText, type Ci, type SnippetFacts } from './snippet.ts';

// On a pull request the event's own commit is a merge that exists nowhere else.
const PUSHED = `
          SHA: \${{ github.event.pull_request.head.sha || github.sha }}
          BRANCH: \${{ github.head_ref || github.ref_name }}`;

/** GitHub Actions. */
export const GITHUB_ACTIONS: Ci = {
  label: 'GitHub Actions',
  file: '.github/workflows/coverage.yml',
  secret: 'THATCH_TOKEN',
  ways: {
    thatch: (facts) => workflow(facts, runStep(facts, thatchLines(facts))),
    curl: (facts) => {
      const names = { repository: 'gh/$GITHUB_REPOSITORY', commit: '$SHA', branch: '$BRANCH' };
      return workflow(facts, runStep(facts, curlLines(facts, names)) + PUSHED);
    },
    'codecov-cli': (facts) => workflow(facts, codecovStep(facts)),
    oidc: (facts) =>
      workflow(facts, withIdentity(facts), '\n    permissions:\n      contents: read\n      id-token: write'),
  },
};

/** Lines that ask the runner for a token that names this job, and only us as its reader. */
export const ASK_RUNNER = [
  'answer=$(curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$THATCH_URL")',
  `export THATCH_TOKEN=$(echo "$answer" | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).value')`,
].join('\n');

function workflow({ test }: SnippetFacts, send: string, rights = ''): string {
  return `name: Coverage
on: [push, pull_request]
jobs:
  coverage:
    runs-on: ubuntu-latest${rights}
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 }
      - run: ${yamlText(test.command)}
${send}
`;
}

function runStep({ address }: SnippetFacts, lines: string): string {
  return `      - run: |
${indent(lines, 10)}
        env:
          THATCH_URL: ${yamlText(address)}
          THATCH_TOKEN: \${{ secrets.THATCH_TOKEN }}`;
}

function withIdentity(facts: SnippetFacts): string {
  return `      - run: |
${indent(`${ASK_RUNNER}\n${thatchLines(facts)}`, 10)}
        env:
          THATCH_URL: ${yamlText(facts.address)}`;
}

function codecovStep({ address, repository, test }: SnippetFacts): string {
  const named = codecovName(repository);
  const names =
    named === null ? '' : `\n          git_service: ${named.service}\n          slug: ${yamlText(named.slug)}`;
  return `      - uses: codecov/codecov-action@v5
        with:
          url: ${yamlText(address)}
          token: \${{ secrets.THATCH_TOKEN }}${names}
          files: ${yamlText(test.report)}
          disable_search: true
          fail_ci_if_error: true`;
}
