import { codecovName, ENCODE, queryValue } from './commands.ts';
import { FOLDER_WITHOUT_ORIGIN, REPOSITORY_OF_ORIGIN } from './origin.ts';
import { shellWord, type Ci, type SnippetFacts } from './snippet.ts';

/**
 * Any shell, on a laptop too: whole texts that run in any git work tree that holds the report (decision 3 of the pages). They are one
 * command in parentheses, so that a failure ends them and not the terminal that they are pasted into.
 */
export const OTHER_CI: Ci = {
  label: 'Shell',
  file: null,
  secret: null,
  ways: {
    thatch: (facts) => {
      const { address, token, repository } = facts;
      const [find, named] =
        repository === null
          ? [`${FOLDER_WITHOUT_ORIGIN}\n`, '${own:+--repo=git/local/$own}']
          : ['', `--repo=${shellWord(repository)}`];
      return `${checked(facts)}
${find}command=$(mktemp -d)/thatch.mjs
curl -sSfo "$command" ${shellWord(`${address}/cli/thatch.mjs`)}
THATCH_URL=${shellWord(address)} THATCH_TOKEN=${shellWord(token)} \\
  node "$command" upload --file "$report" --wait ${named}
)
`;
    },
    curl: (facts) => {
      const { address, token, repository } = facts;
      const find = repository === null ? REPOSITORY_OF_ORIGIN : `repo=${shellWord(queryValue(repository))}`;
      return `${checked(facts)}
${find}
branch=$(git branch --show-current | ${ENCODE})
curl -sS --fail-with-body -H ${shellWord(`Authorization: token ${token}`)} --data-binary "@$report" \\
  ${shellWord(address)}"/upload/coverage?repo=$repo&commit=$(git rev-parse HEAD)&branch=$branch&wait=60&strict=1"
)
`;
    },
    'codecov-cli': (facts) => {
      const { address, token, repository } = facts;
      const named = codecovName(repository);
      const [find, names] =
        named === null
          ? [`${REPOSITORY_OF_ORIGIN}\n${SERVICE_OF_REPOSITORY}\n`, ' --git-service=$service -r "${repo#*/}"']
          : ['', ` --git-service=${named.service} -r ${shellWord(named.slug)}`];
      return `${checked(facts)}
${find}codecovcli -u ${shellWord(address)} upload-coverage -t ${shellWord(token)}${names} \\
  -C "$(git rev-parse HEAD)" -B "$(git branch --show-current)" --disable-search -f "$report" --fail-on-error
)
`;
    },
  },
};

const SERVICE_OF_REPOSITORY = `case "$repo" in
  gh/*) service=github ;;
  gl/*) service=gitlab ;;
  bb/*) service=bitbucket ;;
  *) echo "codecov-cli has no word for the forge of $repo: take thatch upload or curl" >&2; exit 2 ;;
esac`;

function checked({ test }: SnippetFacts): string {
  const sentence =
    'There is no report $report here: run the tests with coverage first, or put its name into this line.';
  return `(set -e; report=${shellWord(test.report)}; [ -s "$report" ] || { echo "${sentence}" >&2; exit 2; }`;
}
