import { parseSha } from '../../names.ts';

/** The query of v2 and v4, read by the rules of upload-protocol §1.4. */
export interface LegacyQuery {
  readonly commit: string;
  /** As sent; what it is worth is decided elsewhere. */
  readonly token: string | undefined;
  readonly slug: string | null;
  /** Name of a CI. */
  readonly service: string | null;
  readonly branch: string | null;
  readonly pull: number | null;
  /** Neither branch nor pull was named, nor said to be unknown: the default branch is meant. */
  readonly isOnDefaultBranch: boolean;
  readonly flags: readonly string[];
  readonly name: { readonly text: string | null; readonly isCut: boolean };
  readonly job: string | null;
  readonly build: string | null;
  readonly buildUrl: string | null;
  readonly tag: string | null;
  readonly parent: string | null;
  /** The program that sends: `bash-1.0.6`. */
  readonly package: string | null;
}

/** A query, or the parameter that is wrong and how it should be. */
export type LegacyQueryRead =
  | { readonly kind: 'query'; readonly query: LegacyQuery }
  | { readonly kind: 'wrong'; readonly parameter: string; readonly rule: string };

/**
 * Reads the query of a legacy request. Empty values count as absent, unknown keys are passed over; of a repeated key the last value
 * counts, except `flags`, where all do.
 *
 * @param parameters of the request line, decoded
 */
export function readLegacyQuery(parameters: URLSearchParams): LegacyQueryRead {
  const reader = new Reader(parameters);
  const commit = reader.commit('commit');
  if (reader.wrong === null && commit === null) reader.refuse('commit', 'is required');
  const branchText = reader.branch();
  const ofBranch = branchText === null ? null : PULL_BRANCH.exec(branchText);
  const pull = reader.pull();
  const branch = ofBranch === null ? branchText : null;
  const number = pull.number ?? (ofBranch === null ? null : pullNumber(ofBranch[1]));
  const query: LegacyQuery = {
    commit: commit ?? '',
    token: reader.text('token', 16_384) ?? undefined,
    slug: reader.matching('slug', SLUG, 'is owner/repository'),
    service: withoutOrg(reader.text('service', 50)),
    branch,
    pull: number,
    isOnDefaultBranch: branch === null && number === null && !pull.isUnknown && ofBranch === null,
    flags: reader.flags(),
    name: reader.name(),
    job: reader.text('job') ?? reader.text('travis_job_id'),
    build: reader.build(),
    buildUrl: reader.matching('build_url', BUILD_URL, 'is an http or https address of at most 200 characters'),
    tag: reader.text('tag'),
    parent: reader.commit('parent'),
    package: reader.text('package'),
  };
  return reader.wrong ?? { kind: 'query', query };
}

const SLUG = /^[\p{L}\p{N}_\-.~/]+\/[\p{L}\p{N}_\-.]{1,255}$/u;
const BUILD_URL = /^https?:\/\/.{1,200}$/;
/** `pull/7/merge`, `refs/pull/7/head`, `pr/7`: a pull's own ref (providers §8). */
const PULL_BRANCH = /(?:^|\/)(?:pull|pr)\/(\d+)(?:\/|$)/;
/** Mercurial: number of the revision, colon, hash. */
const MERCURIAL = /^\d+:([0-9a-f]{12,40})\+?$/;
const NO_BUILD = new Set(['null', 'undefined', 'none', 'nil']);
const NO_PULL = new Set(['false', 'null', 'undefined']);
const LARGEST_PULL = 2_147_483_647;
const MOST_CHARACTERS = 1000;
const LONGEST_NAME = 100;
const LONGEST_FLAG = 1024;
const MOST_FLAGS = 1000;

/** Reads one parameter after the other and remembers the first that is wrong. */
class Reader {
  wrong: Extract<LegacyQueryRead, { readonly kind: 'wrong' }> | null = null;
  private readonly parameters: URLSearchParams;

  constructor(parameters: URLSearchParams) {
    this.parameters = parameters;
  }

  refuse(parameter: string, rule: string): null {
    this.wrong ??= { kind: 'wrong', parameter, rule };
    return null;
  }

  text(name: string, most = MOST_CHARACTERS): string | null {
    const text = this.parameters.getAll(name).at(-1)?.trim().toWellFormed() ?? '';
    if (text === '') return null;
    if (text.includes('\u0000')) return this.refuse(name, 'must not hold NUL');
    return text.length > most ? this.refuse(name, `has at most ${most} characters`) : text;
  }

  matching(name: string, pattern: RegExp, rule: string): string | null {
    const text = this.text(name, 2000);
    return text === null || pattern.test(text) ? text : this.refuse(name, rule);
  }

  commit(name: string): string | null {
    const text = this.text(name)?.toLowerCase() ?? null;
    if (text === null) return null;
    return parseSha(MERCURIAL.exec(text)?.[1] ?? text) ?? this.refuse(name, 'is 7 to 64 hexadecimal digits');
  }

  branch(): string | null {
    const text = this.text('branch', 512);
    if (text === null || text === 'HEAD') return null;
    return text.replace(/^(?:origin\/|refs\/heads\/)/, '') || null;
  }

  pull(): { readonly number: number | null; readonly isUnknown: boolean } {
    const name = this.text('pr') === null ? 'pull_request' : 'pr';
    const text = this.text(name);
    if (text === null || NO_PULL.has(text)) return { number: null, isUnknown: false };
    if (text === 'true') return { number: null, isUnknown: true };
    const number = pullNumber(text);
    if (number === null) this.refuse(name, 'is the number of a pull request, or "false"');
    return { number, isUnknown: false };
  }

  build(): string | null {
    const text = this.text('build');
    return text !== null && NO_BUILD.has(text) ? null : text;
  }

  name(): LegacyQuery['name'] {
    const text = this.text('name', 10_000);
    const isCut = text !== null && text.length > LONGEST_NAME;
    return { text: isCut ? text.slice(0, LONGEST_NAME).toWellFormed() : text, isCut };
  }

  // codecov-cli repeats the key; the others join with commas.
  flags(): string[] {
    const names = new Set<string>();
    for (const flag of this.parameters.getAll('flags').flatMap((value) => value.split(','))) {
      const name = flag.trim().toWellFormed();
      if (name === '') continue;
      if (!isFlag(name)) this.refuse('flags', FLAG_RULE);
      names.add(name);
    }
    if (names.size > MOST_FLAGS) this.refuse('flags', `may hold at most ${MOST_FLAGS} names`);
    return [...names];
  }
}

/** Whether a text can be the name of a flag (upload-protocol §1.4). */
export function isFlag(text: string): boolean {
  return text.length <= LONGEST_FLAG && !/["'`\p{Cc}\p{Cs}]/u.test(text);
}

/** What to say of a text that cannot, behind the name of its field. */
export const FLAG_RULE = `may hold only printable names without quotes, of at most ${LONGEST_FLAG} characters each`;

function pullNumber(digits: string): number | null {
  if (!/^\d{1,10}$/.test(digits)) return null;
  const number = Number(digits);
  return number > 0 && number <= LARGEST_PULL ? number : null;
}

function withoutOrg(service: string | null): string | null {
  return service === 'travis-org' ? 'travis' : service;
}
