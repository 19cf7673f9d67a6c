import { isNotPage } from './not-pages.ts';
import { FIRST_ADMIN_TAB, FIRST_SETTINGS_TAB } from './first-tabs.ts';
import { joinPath, splitPath } from './paths.ts';
import { serviceOf, type Service } from './services.ts';

/** A repository as an address names it, decoded. */
export interface NamedRepository {
  readonly service: Service;
  /** Groups joined by `:`. */
  readonly owner: string;
  readonly name: string;
}

/** What only the data can tell about an old address (web-ui §1.3 ¹). */
export type AddressQuestion =
  /** A path below a commit: a file of its report, a folder, or nothing. The first of `paths` that is something wins. */
  | {
      readonly kind: 'commit-path';
      readonly repository: NamedRepository;
      readonly sha: string;
      readonly paths: readonly string[];
    }
  /** A repository in groups, written with slashes: the first candidate that exists, with the rest of the address. */
  | { readonly kind: 'groups'; readonly candidates: readonly GroupCandidate[] };

export interface GroupCandidate {
  readonly repository: NamedRepository;
  /** Segments after the repository, decoded. */
  readonly rest: readonly string[];
}

/** Where an old form of an address leads. Addresses are paths with their query, percent-encoded, without the prefix of the installation. */
export type Forwarding =
  /** Always there: 308. */
  | { readonly kind: 'moved'; readonly to: string }
  /** There with this version: 302. */
  | { readonly kind: 'found'; readonly to: string }
  /** Where the data says: 302, for those who may read it (decision 8 of the pages). `search` goes with it. */
  | { readonly kind: 'asks'; readonly question: AddressQuestion; readonly search: string };

/**
 * Old forms of addresses and their present ones: the table of web-ui §1.3, the names of §1.1 and the redirects of §1.2, as one pure
 * function for the server and for the router. Null = the address is a present one, or none of ours.
 *
 * @param path percent-encoded, as it was asked for
 * @param search with its question mark, or empty; it goes with the address but for what the old form used up
 */
export function forward(path: string, search: string): Forwarding | null {
  const written = splitPath(path);
  if (written === null || isNotPage(written)) return null;
  const asked = { segments: written, search, isLasting: true };
  const step = firstStep(asked);
  if ('question' in step) return { kind: 'asks', ...step };
  if (joinPath(step.segments) === joinPath(written) && step.search === search) return null;
  return { kind: step.isLasting ? 'moved' : 'found', to: joinPath(step.segments) + step.search };
}

interface Address {
  readonly segments: readonly string[];
  readonly search: string;
  /** False once a later version may lead elsewhere. */
  readonly isLasting: boolean;
}

type Step = Address | { readonly question: AddressQuestion; readonly search: string };

function firstStep(address: Address): Step {
  const [first, ...rest] = address.segments;
  if (first === 'plan') return to(address, organisationOf(rest));
  if (first === 'account' && rest[2] === 'billing') return to(address, organisationOf(rest));
  if (first === 'account' && rest[2] === 'okta-access')
    return to(address, [first, ...shortened(rest.slice(0, 2)), 'sso']);
  if (OF_OWNERS.has(first)) return to(address, [first, ...shortened(rest)]);
  if (first === 'admin') return administration(address, rest);
  const service = first === undefined ? null : serviceOf(first);
  if (service === null) return address;
  const short = to(address, [service, ...rest]);
  const groups = groupCandidates(service, rest);
  if (groups.length > 0) return { question: { kind: 'groups', candidates: groups }, search: address.search };
  return rest.length < 2 ? short : repository(short, service, rest);
}

/** First segments that have a provider and an owner after them. */
const OF_OWNERS = new Set(['account', 'analytics', 'members']);

/** Nothing is for sale: pages of plans lead to the organisation. */
function organisationOf(rest: readonly string[]): readonly string[] {
  const [service, owner] = shortened(rest);
  if (service === undefined || serviceOf(service) === null) return [];
  return owner === undefined ? [service] : [service, owner];
}

function shortened([service, ...rest]: readonly string[]): readonly string[] {
  return service === undefined ? [] : [serviceOf(service) ?? service, ...rest];
}

/** `/admin/:svc/<x>` was one for each provider. */
function administration(address: Address, rest: readonly string[]): Address {
  const tabs = rest[0] !== undefined && serviceOf(rest[0]) !== null ? rest.slice(1) : rest;
  return tabs.length > 0 ? to(address, ['admin', ...tabs]) : found(address, ['admin', FIRST_ADMIN_TAB]);
}

function repository(address: Address, service: Service, [owner, name, tab, ...rest]: readonly string[]): Step {
  const base = [service, owner, name];
  const named = { service, owner, name };
  if (tab === undefined) return ofBranch(address, base);
  if (tab === 'branch' && rest.length > 0) return to(address, [...base, 'tree', rest.join('/')]);
  // Nothing follows the branch here, so all of it is its name (web-ui §1.3, refs with slashes).
  if (tab === 'commits' && rest.length > 1) return to(address, [...base, 'commits', rest.join('/')]);
  if (tab === 'list') return to(address, rest.length === 0 ? base : [...base, 'tree', ...rest]);
  if (tab === 'src') return to(address, rest.length < 2 ? [...base, ...treeOf(rest)] : [...base, 'blob', ...rest]);
  if (tab === 'commit' && rest.length > 1) return commit(address, named, rest);
  if (tab === 'pull' && rest.length > 1) return to(address, [...base, 'pull', ...pull(rest)]);
  if (tab === 'compare' && /^\d+$/.test(rest[0] ?? '')) return to(address, [...base, 'pull', ...pull(rest)]);
  if (tab === 'settings' || tab === 'config') return settings(address, base, rest[0]);
  return address;
}

/** `R?branch=X`. */
function ofBranch(address: Address, base: readonly string[]): Address {
  const query = new URLSearchParams(address.search);
  const branch = query.get('branch');
  if (branch === null || branch === '') return to(address, base);
  query.delete('branch');
  const left = query.toString();
  return { ...to(address, [...base, 'tree', branch]), search: left === '' ? '' : `?${left}` };
}

function treeOf(rest: readonly string[]): readonly string[] {
  return rest.length === 0 ? [] : ['tree', ...rest];
}

/** Pages below a commit (web-ui §1.2). */
const COMMIT_TABS = new Set(['tree', 'blob', 'indirect-changes', 'uploads', 'why']);

/** Old pages of a commit that have no path of their own, and what they are now. */
const OLD_COMMIT_TABS: ReadonlyMap<string, readonly string[]> = new Map([
  ['build', ['uploads']],
  ['list', ['tree']],
  ['changes', ['indirect-changes']],
  ['diff', []],
  ['files', []],
  ['graphs', []],
]);

function commit(address: Address, named: NamedRepository, [sha, tab, ...rest]: readonly string[]): Step {
  if (COMMIT_TABS.has(tab)) return address;
  const old = rest.length === 0 ? OLD_COMMIT_TABS.get(tab) : undefined;
  const base = [named.service, named.owner, named.name, 'commit', sha];
  if (old !== undefined) return to(address, [...base, ...old]);
  const whole = [tab, ...rest].join('/');
  // A folder may be called as the old tab was.
  const paths = (tab === 'src' || tab === 'list') && rest.length > 0 ? [rest.join('/'), whole] : [whole];
  return { question: { kind: 'commit-path', repository: named, sha, paths }, search: address.search };
}

/** What follows `pull/`. */
function pull([number, tab, ...rest]: readonly string[]): readonly string[] {
  if (tab === undefined) return [number];
  if (tab === 'src' && rest.length > 0) return [number, 'blob', ...rest];
  if (tab === 'list') return [number, 'tree', ...rest];
  if (tab === 'changes') return [number, 'indirect-changes'];
  if (tab === 'build') return [number, 'uploads'];
  if (OLD_PULL_TABS.has(tab)) return [number];
  return [number, tab, ...rest];
}

const OLD_PULL_TABS = new Set(['diff', 'files', 'src', 'graphs', 'compare']);

const SETTINGS_TABS = new Set(['general', 'yaml', 'badge', 'tokens', 'notifications', 'retention']);

function settings(address: Address, base: readonly string[], tab: string | undefined): Address {
  if (tab !== undefined && SETTINGS_TABS.has(tab)) return to(address, [...base, 'config', tab]);
  return found(address, [...base, 'config', FIRST_SETTINGS_TAB]);
}

/** Deepest nesting of groups that GitLab allows. */
const MOST_GROUPS = 20;

/** Words after a repository in its pages: an address that has one there needs no question. */
const REPOSITORY_WORDS = new Set([
  ...['tree', 'blob', 'commits', 'commit', 'branches', 'branch', 'pulls', 'pull', 'compare', 'flags', 'components'],
  ...['tests', 'bundles', 'new', 'config', 'settings', 'list', 'src'],
]);

/** `gl/group/sub/repo/…`: every place where the repository may be, the nearest first (web-ui §1.1). */
function groupCandidates(service: Service, rest: readonly string[]): readonly GroupCandidate[] {
  if ((service !== 'gl' && service !== 'gle') || rest.length < 3 || REPOSITORY_WORDS.has(rest[2])) return [];
  const candidates: GroupCandidate[] = [];
  for (let at = 2; at < Math.min(rest.length, MOST_GROUPS + 1); at++) {
    candidates.push({
      repository: { service, owner: rest.slice(0, at).join(':'), name: rest[at] },
      rest: rest.slice(at + 1),
    });
    if (REPOSITORY_WORDS.has(rest[at + 1] ?? '')) break;
  }
  return candidates;
}

function to(address: Address, segments: readonly string[]): Address {
  return { ...address, segments };
}

function found(address: Address, segments: readonly string[]): Address {
  return { ...address, segments, isLasting: false };
}
