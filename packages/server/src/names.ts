/** The long names under which owners are stored; `git` is a plain git remote or no forge at all, `gitea` is Forgejo too. */
export const SERVICES = [
  'github',
  'gitlab',
  'bitbucket',
  'github_enterprise',
  'gitlab_enterprise',
  'bitbucket_server',
  'gitea',
  'git',
] as const;

export type Service = (typeof SERVICES)[number];

/** Which repository is meant. Groups of an owner are joined by `:` (`group:sub`). */
export interface RepositoryName {
  readonly service: Service;
  readonly owner: string;
  readonly name: string;
}

/** A slug: a repository whose service is said elsewhere. */
export interface Slug {
  readonly owner: string;
  readonly name: string;
}

/** A slug, and the service if the text named one. */
export interface MaybeServiceSlug extends Slug {
  readonly service: Service | null;
}

const SHORT: Readonly<Record<Service, string>> = {
  github: 'gh',
  gitlab: 'gl',
  bitbucket: 'bb',
  github_enterprise: 'ghe',
  gitlab_enterprise: 'gle',
  bitbucket_server: 'bbs',
  gitea: 'gt',
  git: 'git',
};

const ALIASES: Readonly<Record<string, Service>> = {
  stash: 'bitbucket_server',
  forgejo: 'gitea',
  codeberg: 'gitea',
  none: 'git',
  local: 'git',
};

/** Names of CI systems that belong to one provider; clients send them where the provider is meant. */
const CI_NAMES: Readonly<Record<string, Service>> = {
  'github-actions': 'github',
  'gitlab-ci': 'gitlab',
  'bitbucket-pipelines': 'bitbucket',
  'gitea-actions': 'gitea',
  'forgejo-actions': 'gitea',
};

const SERVICE_BY_TEXT: ReadonlyMap<string, Service> = new Map([
  ...SERVICES.flatMap((service): [string, Service][] => [
    [service, service],
    [service.replace('_', '-'), service],
    [SHORT[service], service],
  ]),
  ...Object.entries(ALIASES),
  ...Object.entries(CI_NAMES),
]);

/**
 * The service that a text names: long, short or alias, in any case (upload-protocol §1.2, web-ui §1.1), or the name of a CI
 * system that belongs to one provider.
 *
 * @example parseService('gh') // 'github'
 * @returns null for an unknown one.
 */
export function parseService(text: string): Service | null {
  return SERVICE_BY_TEXT.get(text.toLowerCase()) ?? null;
}

/** The short name used in page addresses: `gh` for `github`. */
export function shortService(service: Service): string {
  return SHORT[service];
}

/** Whether names differ by case on this service; hosted forges ignore case (providers §2), a plain git remote does not. */
export function isCaseSensitive(service: string): boolean {
  return service === 'git';
}

/** Whether two owner or repository names mean the same one on the service. */
export function isSameName(service: string, first: string, second: string): boolean {
  if (first === second) return true;
  return !isCaseSensitive(service) && first.toLowerCase() === second.toLowerCase();
}

/** `gh/acme/web`; groups stay joined by `:`, so that the text has exactly three segments. */
export function formatRepository({ service, owner, name }: RepositoryName): string {
  return `${SHORT[service]}/${owner}/${name}`;
}

/**
 * Owner and repository of the SLUG in a path or body: `group:::sub::::app` (upload-protocol §1.2). Split at the last
 * `::::`; `:::` separates groups. The text is already percent-decoded.
 *
 * @returns null when it names no repository.
 */
export function decodeSlug(text: string): Slug | null {
  const cut = text.lastIndexOf('::::');
  if (cut < 0) return null;
  return slug(text.slice(0, cut).replaceAll(':::', ':'), text.slice(cut + 4));
}

const PLAIN_SLUG = /^[\p{L}\p{N}_\-.~/]+\/[\p{L}\p{N}_\-.]{1,255}$/u;

/**
 * The plain slug of the legacy query, `owner/repo` or `group/sub/repo`; the owner is all before the last `/`
 * (upload-protocol §1.4).
 */
export function parsePlainSlug(text: string): Slug | null {
  if (text.length > LONGEST_SLUG || !PLAIN_SLUG.test(text)) return null;
  return splitPlain(text.split('/'));
}

/**
 * `[service/]owner[/group…]/name` of our own address and of the shell (upload-protocol §8.1). The first of three or more
 * segments is a service if it names one.
 */
export function parseRepositoryOption(text: string): MaybeServiceSlug | null {
  const segments = text.split('/');
  const service = segments.length > 2 ? parseService(segments[0]) : null;
  const rest = splitPlain(service === null ? segments : segments.slice(1));
  return rest === null ? null : { service, ...rest };
}

/** `SERVICE/OWNER[/GROUP…]/NAME`, as the shell names a repository; null unless all three are there. */
export function parseRepositoryName(text: string): RepositoryName | null {
  const parsed = parseRepositoryOption(text);
  return parsed === null || parsed.service === null ? null : { ...parsed, service: parsed.service };
}

/** `SERVICE/OWNER[/GROUP…]`, as the shell names an owner. */
export function parseOwnerName(text: string): { readonly service: Service; readonly owner: string } | null {
  const [first, ...groups] = text.split('/');
  const service = parseService(first);
  const owner = groups.join(':');
  return service === null || !isOwner(owner) ? null : { service, owner };
}

const SHA = /^[0-9a-f]{7,64}$/;

/** A commit's hash: 7–64 hex digits, lower-cased (upload-protocol §1.2, better); null for anything else. */
export function parseSha(text: string): string | null {
  const lower = text.trim().toLowerCase();
  return SHA.test(lower) ? lower : null;
}

/** Whether the hash is whole (SHA-1 or SHA-256) and not the beginning of one. */
export function isFullSha(sha: string): boolean {
  return sha.length === 40 || sha.length === 64;
}

const LONGEST_SEGMENT = 255;
const LONGEST_SLUG = 1024;

function splitPlain(segments: readonly string[]): Slug | null {
  if (segments.length < 2) return null;
  return slug(segments.slice(0, -1).join(':'), segments[segments.length - 1]);
}

function slug(owner: string, name: string): Slug | null {
  return isOwner(owner) && isSegment(name) ? { owner, name } : null;
}

function isOwner(owner: string): boolean {
  return owner.length <= LONGEST_SLUG && owner.split(':').every(isSegment);
}

// What no forge allows in a name and what could do harm in an address, a log line or a file name. U+FFFD stands where bytes were no text:
// two such names would be one.
const FORBIDDEN = /[\s\p{C}\uFFFD/\\:?#%*"'<>|&]/u;

function isSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  return segment.length <= LONGEST_SEGMENT && !FORBIDDEN.test(segment);
}
