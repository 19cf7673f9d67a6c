import { BUILDKITE } from './buildkite.ts';
import { CIRCLE_CI } from './circle-ci.ts';
import { codecovName } from './commands.ts';
import { FORGEJO_ACTIONS } from './forgejo-actions.ts';
import { GITHUB_ACTIONS } from './github-actions.ts';
import { GITLAB_CI } from './gitlab-ci.ts';
import { JENKINS } from './jenkins.ts';
import { OTHER_CI } from './other-ci.ts';
import { WAYS, type Ci, type CiName, type SnippetFacts, type Way } from './snippet.ts';

/** Every CI system, a file for each. A new one is a file and a line here, and its name in `snippet.ts`. */
export const CIS: Readonly<Record<CiName, Ci>> = {
  'github-actions': GITHUB_ACTIONS,
  'gitlab-ci': GITLAB_CI,
  jenkins: JENKINS,
  'circle-ci': CIRCLE_CI,
  buildkite: BUILDKITE,
  'forgejo-actions': FORGEJO_ACTIONS,
  'other-ci': OTHER_CI,
};

/**
 * The ways of sending that a CI has for a repository, the one that shows most first; codecov-cli only where it has a word for the forge.
 * @param repository `gh/acme/web`; null = any
 */
export function waysOf(ci: CiName, repository: string | null): readonly Way[] {
  const hasWord = repository === null || codecovName(repository) !== null;
  return WAYS.filter((way) => CIS[ci].ways[way] !== undefined && (way !== 'codecov-cli' || hasWord));
}

/**
 * The text of a snippet; of the first way where the CI has not this one. A repository whose name a shell or a CI could run, such as
 * `x$(id)` or `x${{ secrets.A }}`, is left out: whoever pastes the text did not choose the name, and the job finds out its own.
 */
export function snippetText(ci: CiName, way: Way, facts: SnippetFacts): string {
  const repository = facts.repository === null || RUNNABLE.test(facts.repository) ? null : facts.repository;
  return (CIS[ci].ways[way] ?? CIS[ci].ways.thatch)({ ...facts, repository });
}

const RUNNABLE = /[$`{}!]/;
