/** The services of upload-protocol §1.2, by long name. `git` is a plain git remote, or no forge at all. */
export type Forge =
  | 'github'
  | 'gitlab'
  | 'bitbucket'
  | 'github_enterprise'
  | 'gitlab_enterprise'
  | 'bitbucket_server'
  | 'gitea'
  | 'git';

/** Every spelling a service may be given in (upload-protocol §1.2, web-ui §1.1). */
const SPELLINGS: ReadonlyMap<string, Forge> = new Map<string, Forge>([
  ['github', 'github'],
  ['gh', 'github'],
  ['gitlab', 'gitlab'],
  ['gl', 'gitlab'],
  ['bitbucket', 'bitbucket'],
  ['bb', 'bitbucket'],
  ['github_enterprise', 'github_enterprise'],
  ['ghe', 'github_enterprise'],
  ['gitlab_enterprise', 'gitlab_enterprise'],
  ['gle', 'gitlab_enterprise'],
  ['bitbucket_server', 'bitbucket_server'],
  ['bbs', 'bitbucket_server'],
  ['stash', 'bitbucket_server'],
  ['gitea', 'gitea'],
  ['gt', 'gitea'],
  ['forgejo', 'gitea'],
  ['codeberg', 'gitea'],
  ['git', 'git'],
  ['none', 'git'],
  ['local', 'git'],
]);

/** The service a name stands for, in any spelling and case; null for an unknown one. */
export function forgeNamed(name: string): Forge | null {
  return SPELLINGS.get(name.toLowerCase()) ?? null;
}

const PUBLIC_HOSTS: ReadonlyMap<string, Forge> = new Map<string, Forge>([
  ['github.com', 'github'],
  ['ssh.github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['altssh.gitlab.com', 'gitlab'],
  ['bitbucket.org', 'bitbucket'],
  ['altssh.bitbucket.org', 'bitbucket'],
  ['codeberg.org', 'gitea'],
]);

/** What the label of an own host's name tells (`git.gitlab.acme.example`). */
const HOST_WORDS: ReadonlyMap<string, Forge> = new Map<string, Forge>([
  ['github', 'github_enterprise'],
  ['ghe', 'github_enterprise'],
  ['gitlab', 'gitlab_enterprise'],
  ['bitbucket', 'bitbucket_server'],
  ['stash', 'bitbucket_server'],
  ['gitea', 'gitea'],
  ['forgejo', 'gitea'],
  ['codeberg', 'gitea'],
]);

/**
 * The forge behind a host name; null when the name does not tell (providers §8: today's uploader compares the first label
 * only, so own hosts need an option there).
 */
export function forgeOfHost(host: string): Forge | null {
  const name = host.toLowerCase();
  const known = PUBLIC_HOSTS.get(name);
  if (known !== undefined) return known;
  for (const label of name.split(/[.-]/)) {
    const forge = HOST_WORDS.get(label);
    if (forge !== undefined) return forge;
  }
  return null;
}

/** Where a git remote points. */
export interface Remote {
  readonly host: string;
  /** `owner/name`, groups between them, without `.git`. */
  readonly slug: string;
}

/**
 * Host and slug of a remote's address: `https://host/owner/name.git`, `ssh://git@host:22/owner/name`, `git@host:owner/name`.
 * Null for a local path and for anything with fewer than two parts. Credentials in the address are not looked at.
 */
export function parseRemote(address: string): Remote | null {
  const url = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^/@]*@)?([^/:]+)(?::\d*)?\/(.+)$/i.exec(address);
  if (url !== null) return remote(url[1], url[2]);
  const short = /^(?:[^/@:]+@)?([^/:@]{2,}):(?!\/\/)(.+)$/.exec(address);
  return short === null ? null : remote(short[1], short[2]);
}

function remote(host: string, path: string): Remote | null {
  const parts = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '_git');
  // Bitbucket Server puts `scm` before the project in addresses for HTTP.
  if (parts.length === 3 && parts[0] === 'scm') parts.shift();
  const slug = parts.join('/');
  return isSlug(slug) ? { host: host.toLowerCase(), slug } : null;
}

/** Whether this is `owner[/group…]/name`, in the letters that slugs are made of (upload-protocol §1.4). */
export function isSlug(text: string): boolean {
  return text.length <= 512 && /^~?[\w.-][\w.~-]*(?:\/[\w.~-]+)+$/.test(text) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text);
}
