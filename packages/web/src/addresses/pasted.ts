import { SERVICES, serviceOf } from './services.ts';

/**
 * The page of an address that was pasted: one of ours, of a Codecov installation, or of a forge (web-ui §4.4). Null when it is none.
 *
 * ```ts
 * pageOfAddress('https://github.com/acme/web/blob/main/src/a.ts#L3', 'https://thatch.example.test') // '/gh/acme/web/blob/main/src/a.ts#L3'
 * ```
 *
 * @param own where these pages are, with the path below which they live
 */
export function pageOfAddress(text: string, own: string): string | null {
  const url = parse(text);
  if (url === null) return null;
  const path = url.pathname.replace(/\/+$/, '');
  const tail = url.search + url.hash;
  const ours = new URL(own);
  const prefix = ours.pathname.replace(/\/+$/, '');
  if (url.host === ours.host && (path === prefix || path.startsWith(`${prefix}/`))) {
    // With two slashes in front it would be the address of another host.
    return `/${path.slice(prefix.length).replace(/^\/+/, '')}${tail}`;
  }
  const segments = path.split('/').slice(1);
  const known = FORGES.get(url.hostname.replace(/^www\./, ''));
  if (known !== undefined) return pageOfForge(known, segments, url.hash);
  // An installation of Codecov, ours or another, begins with a provider and has the same addresses.
  if (segments.length >= 2 && serviceOf(segments[0]) !== null) return path + tail;
  return pageOfUnknown(segments, url.hash);
}

const FORGES: ReadonlyMap<string, Service> = new Map([
  ['github.com', 'gh'],
  ['gitlab.com', 'gl'],
  ['bitbucket.org', 'bb'],
  ['codeberg.org', 'gt'],
  ['gitea.com', 'gt'],
]);

type Service = (typeof SERVICES)[number];

/** Addresses with a scheme, and remotes of git as they are copied: `git@host:owner/repo.git`. */
function parse(text: string): URL | null {
  const trimmed = text.trim();
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)(?::\d+\/|[:/])(.+?)(?:\.git)?$/.exec(trimmed) ?? [];
  const address = host === undefined ? trimmed : `https://${host}/${path}`;
  if (!/^https?:\/\//i.test(address)) return null;
  return URL.canParse(address) ? new URL(address) : null;
}

/** Forges at hosts of their own tell themselves by the form of their addresses. */
function pageOfUnknown(segments: readonly string[], hash: string): string | null {
  if (segments[0] === 'projects' && segments[2] === 'repos' && segments.length >= 4) {
    return `/bbs/${segments[1]}/${segments[3]}`;
  }
  if (segments.includes('-')) return pageOfForge('gle', segments, hash);
  if (segments[2] === 'src' && ['branch', 'commit', 'tag'].includes(segments[3]))
    return pageOfForge('gt', segments, hash);
  return null;
}

function pageOfForge(service: Service, segments: readonly string[], hash: string): string | null {
  const isGitLab = service === 'gl' || service === 'gle';
  const dash = segments.indexOf('-');
  // Groups of GitLab may be nested: the last name before `-` is the repository.
  const names = isGitLab ? segments.slice(0, dash < 0 ? undefined : dash) : segments.slice(0, 2);
  if (names.length === 0 || names[0] === '') return null;
  if (names.length === 1) return `/${service}/${names[0]}`;
  const owner = names.slice(0, -1).join(':');
  const base = `/${service}/${owner}/${names.at(-1)!.replace(/\.git$/, '')}`;
  const rest = isGitLab ? (dash < 0 ? [] : segments.slice(dash + 1)) : segments.slice(2);
  return base + tailOf(service, rest) + (rest[0] === 'blob' || rest[0] === 'src' ? lines(hash) : '');
}

function tailOf(service: Service, [kind, ...rest]: readonly string[]): string {
  const path = rest.join('/');
  if (kind === undefined || path === '') return kind === 'commits' ? '/commits' : '';
  if (kind === 'tree' || kind === 'blob' || kind === 'commits') {
    // What Bitbucket calls commits is one commit.
    return service === 'bb' && kind === 'commits' ? `/commit/${rest[0]}` : `/${kind}/${path}`;
  }
  if (kind === 'commit') return `/commit/${rest[0]}`;
  if (kind === 'branch') return `/tree/${path}`;
  if (kind === 'pull' || kind === 'pulls' || kind === 'merge_requests' || kind === 'pull-requests')
    return `/pull/${rest[0]}`;
  if (kind === 'src') return `/blob/${service === 'gt' ? rest.slice(1).join('/') : path}`;
  return '';
}

/** `#L3-L9`, `#L3-9`, `#lines-3:9` become `#L3-L9`. */
function lines(hash: string): string {
  const [, first, last] = /^#(?:L|lines-)(\d+)(?:[-:]L?(\d+))?$/.exec(hash) ?? [];
  if (first === undefined) return '';
  return last === undefined ? `#L${first}` : `#L${first}-L${last}`;
}
