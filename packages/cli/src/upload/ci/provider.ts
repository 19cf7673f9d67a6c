import { firstOf, type Environment } from '../environment.ts';
import { forgeOfHost, isSlug, parseRemote, type Forge } from '../forge.ts';

/**
 * One CI system. To add one: write a value of this type in the file of its kind, and put it at its place in `ci/detect.ts`.
 */
export interface CiProvider {
  /** The name that travels as `ci` (providers §8, column service). */
  readonly service: string;
  detect(environment: Environment): boolean;
  read(environment: Environment): CiValues;
}

/** What a CI system tells, as its variables hold it; `detect.ts` checks and cleans it. Absent and null both mean: it does not say. */
export interface CiValues {
  readonly commit?: string | null;
  /**
   * The commit is the forge's own trial merge of a pull request, not something that was pushed (GitHub's `refs/pull/N/merge`).
   */
  readonly isTrialMerge?: boolean;
  readonly branch?: string | null;
  /** The branch that the pull request goes into. */
  readonly baseBranch?: string | null;
  readonly pull?: string | null;
  readonly build?: string | null;
  readonly buildUrl?: string | null;
  readonly job?: string | null;
  /** The name of this upload on pages, where the job's number would say little. */
  readonly name?: string | null;
  readonly slug?: string | null;
  readonly forge?: Forge | null;
}

/** `refs/heads/x` → `x`; any other text as it is. */
export function withoutHeads(reference: string | null): string | null {
  return reference?.replace(/^refs\/heads\//, '') ?? null;
}

/** Joins what is there to `a/b`; null when one of them is missing. */
export function joined(...parts: readonly (string | null)[]): string | null {
  return parts.includes(null) ? null : parts.join('/');
}

/** Slug and forge out of the first of these variables that holds a remote's address. */
export function fromRemote(environment: Environment, ...names: readonly string[]): Pick<CiValues, 'slug' | 'forge'> {
  for (const name of names) {
    const address = firstOf(environment, name);
    if (address === null) continue;
    const remote = parseRemote(address);
    if (remote !== null) return { slug: remote.slug, forge: forgeOfHost(remote.host) };
    if (isSlug(address)) return { slug: address };
  }
  return {};
}

/** The forge behind an address such as `https://github.com`; null when it does not tell. */
export function forgeOfAddress(address: string | null): Forge | null {
  if (address === null) return null;
  return forgeOfHost(address.replace(/^[a-z]+:\/\//i, '').replace(/[/:].*$/s, ''));
}
