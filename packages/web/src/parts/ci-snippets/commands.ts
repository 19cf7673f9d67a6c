import { shellWord, type SnippetFacts } from './snippet.ts';

/*
 * Lines of shell that several snippets share. They hold no `!`, which an interactive bash would expand, and work in sh, bash and zsh.
 */

/** Takes the command from the server and sends what it finds; address and token come from `THATCH_URL` and `THATCH_TOKEN`. */
export function thatchLines({ repository }: SnippetFacts): string {
  const named = repository === null ? '' : ` --repo ${shellWord(repository)}`;
  return `curl -sSfO "$THATCH_URL/cli/thatch.mjs"\nnode thatch.mjs upload${named} --wait`;
}

/** The same on one line, for files whose commands are single lines. */
export function thatchLine(facts: SnippetFacts): string {
  return thatchLines(facts).replace('\n', ' && ');
}

/** What a branch may hold and an address may not. */
export const ENCODE = `sed 's/%/%25/g; s/&/%26/g; s/#/%23/g; s/+/%2B/g'`;

/** A repository as a value of a query: its name may hold `+`, too. */
export function queryValue(repository: string): string {
  return repository.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':');
}

/** What a request with curl names. Values are texts of a shell, put between double quotes. */
export interface CurlNames {
  /** `gh/$GITHUB_REPOSITORY`. */
  readonly repository: string;
  /** `$GITHUB_SHA`. */
  readonly commit: string;
  /** `$GITHUB_REF_NAME`. */
  readonly branch: string;
}

/** Sends one report with curl. It fails, with the server's sentence, also when the report cannot be read. */
export function curlLines({ repository, test }: SnippetFacts, names: CurlNames): string {
  const query = [
    `repo=${repository === null ? names.repository : queryValue(repository)}`,
    `commit=${names.commit}`,
    'branch=$branch',
    'wait=60',
    'strict=1',
  ].join('&');
  return [
    `branch=$(echo "${names.branch}" | ${ENCODE})`,
    `curl -sS --fail-with-body -H "Authorization: token $THATCH_TOKEN" --data-binary ${shellWord(`@${test.report}`)} \\`,
    `  "$THATCH_URL/upload/coverage?${query}"`,
  ].join('\n');
}

/** Services that codecov-cli knows, by our short names; it has no word for Gitea, Forgejo and plain git. */
const CODECOV_SERVICES: Readonly<Record<string, string>> = {
  gh: 'github',
  gl: 'gitlab',
  bb: 'bitbucket',
  ghe: 'github_enterprise',
  gle: 'gitlab_enterprise',
  bbs: 'bitbucket_server',
};

/** Service and slug of a repository as codecov-cli and the Codecov action want them; null for what they have no word for. */
export function codecovName(repository: string | null): { readonly service: string; readonly slug: string } | null {
  const [short = '', ...slug] = (repository ?? '').split('/');
  const service = CODECOV_SERVICES[short];
  return service === undefined ? null : { service, slug: slug.join('/').replaceAll(':', '/') };
}

/** Sends one report with codecov-cli. */
export function codecovLines({ repository, test }: SnippetFacts): string {
  const named = codecovName(repository);
  const names = named === null ? '' : ` --git-service ${named.service} -r ${shellWord(named.slug)}`;
  return [
    'pip install --quiet codecov-cli',
    `codecovcli -u "$THATCH_URL" upload-coverage -t "$THATCH_TOKEN"${names} \\`,
    `  --disable-search -f ${shellWord(test.report)} --fail-on-error`,
  ].join('\n');
}
