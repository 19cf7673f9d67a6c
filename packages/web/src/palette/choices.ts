import type { JumpAnswer } from '@thatch/server/http/ui/contract/jump.ts';
import type { RegisteredShortcut } from '../keyboard/registry.ts';
import { KEYBOARD } from '../messages/en/keyboard.ts';
import { PALETTE } from '../messages/en/palette.ts';

/** Where the person is. */
export interface Place {
  readonly svc?: string;
  readonly owner?: string;
  readonly repo?: string;
}

/** One line of the palette: an address or an act. */
export interface Choice {
  /** Unique, so that the selection stays when others come. */
  readonly id: string;
  readonly label: string;
  /** Said quietly behind it. */
  readonly note?: string;
  readonly isCode?: boolean;
  readonly target:
    | { readonly kind: 'page'; readonly href: string }
    | { readonly kind: 'act'; readonly run: () => void };
}

/** What the person may do. */
export interface Rights {
  readonly isOperator: boolean;
  /** Of the repository where they are. */
  readonly hasSettings: boolean;
}

/** The pages that can be reached from here, without asking anybody. */
export function pagesOf({ svc, owner, repo }: Place, { isOperator, hasSettings }: Rights): Choice[] {
  const ofRepository =
    svc === undefined || owner === undefined || repo === undefined
      ? []
      : [
          page(`${repositoryHref(svc, owner, repo)}`, PALETTE.overviewOf(repo)),
          page(`${repositoryHref(svc, owner, repo)}/commits`, PALETTE.commitsOf(repo)),
          page(`${repositoryHref(svc, owner, repo)}/new`, PALETTE.connectOf(repo)),
          ...(hasSettings ? [page(`${repositoryHref(svc, owner, repo)}/config/tokens`, PALETTE.tokensOf(repo))] : []),
        ];
  const ofOwner =
    svc === undefined || owner === undefined
      ? []
      : [page(`/${svc}/${encode(owner)}`, PALETTE.repositoriesOf(owner.replaceAll(':', ' / ')))];
  const ofInstance = isOperator ? [page('/admin/health', PALETTE.health), page('/admin/jobs', PALETTE.jobs)] : [];
  return [...ofRepository, ...ofOwner, ...ofInstance];
}

/** Keys that go on from where the focus is, or to another field than this one: from the palette they would lead nowhere. */
const STEPS: ReadonlySet<string> = new Set([
  KEYBOARD.nextRow,
  KEYBOARD.previousRow,
  KEYBOARD.openRow,
  KEYBOARD.searchHere,
]);

/** What the page that is shown can do, by what its keys do; each act once, with its first key. */
export function actsOf(shortcuts: readonly RegisteredShortcut[]): Choice[] {
  const acts = new Map<string, Choice>();
  for (const { group, keys, label, run } of shortcuts) {
    if (group !== 'page' || STEPS.has(label) || acts.has(label)) continue;
    acts.set(label, { id: `act ${label}`, label, note: keys, target: { kind: 'act', run } });
  }
  return [...acts.values()];
}

/** What the server found. */
export function foundChoices(
  { repositories, branches, commits }: JumpAnswer,
  { svc = '', owner = '', repo = '' }: Place,
): Readonly<Record<'repositories' | 'branches' | 'commits', readonly Choice[]>> {
  const here = repositoryHref(svc, owner, repo);
  return {
    repositories: repositories.map((found) => ({
      ...page(
        repositoryHref(found.service, found.owner, found.name),
        `${found.owner.replaceAll(':', ' / ')} / ${found.name}`,
      ),
      note: found.service,
    })),
    branches: branches.map((name) => ({ ...page(`${here}/tree/${encodeURIComponent(name)}`, name), isCode: true })),
    commits: commits.map(({ sha, title }) => ({
      ...page(`${here}/commit/${sha}`, sha.slice(0, 7)),
      note: title ?? undefined,
      isCode: true,
    })),
  };
}

/** Lines that hold all words of a text, in any case. */
export function fitting(choices: readonly Choice[], text: string): readonly Choice[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return choices.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
}

/** What a text asks for: `t name` only files; something with a slash or an ending files too. */
export function fileTextOf(text: string): { readonly text: string; readonly isOnly: boolean } | null {
  const only = /^t\s+(.*)$/.exec(text);
  if (only !== null) return { text: only[1], isOnly: true };
  return /[/.]/.test(text) && !/^https?:/.test(text) ? { text: text.trim(), isOnly: false } : null;
}

/** The address of a file at the head of the default branch. */
export function fileHref({ svc = '', owner = '', repo = '' }: Place, ref: string, path: string): string {
  return `${repositoryHref(svc, owner, repo)}/blob/${encodeURIComponent(ref)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function page(href: string, label: string): Choice {
  return { id: href, label, target: { kind: 'page', href } };
}

function repositoryHref(svc: string, owner: string, repo: string): string {
  return `/${svc}/${encode(owner)}/${encode(repo)}`;
}

function encode(name: string): string {
  return encodeURIComponent(name).replaceAll('%3A', ':');
}
