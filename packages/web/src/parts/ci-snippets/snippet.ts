/** CI systems, by the last part of the address `R/new/:ci` (web-ui §1.2), in the order of their tabs. */
export const CI_NAMES = [
  'github-actions',
  'gitlab-ci',
  'jenkins',
  'circle-ci',
  'buildkite',
  'forgejo-actions',
  'other-ci',
] as const;

export type CiName = (typeof CI_NAMES)[number];

/** What sends the report. Only `thatch` and `oidc` send what pages need to show code (decision 3 of the pages). */
export const WAYS = ['thatch', 'curl', 'codecov-cli', 'oidc'] as const;

export type Way = (typeof WAYS)[number];

/** How tests write a report. */
export interface TestCommand {
  /** A line for a shell; without single quotes, so that it stands in any file. */
  readonly command: string;
  /** The report that it leaves behind, from the top of the clone. */
  readonly report: string;
}

/** What a snippet is written for. */
export interface SnippetFacts {
  /** Where CI reaches the installation, without a final slash. */
  readonly address: string;
  /** An upload token; a placeholder when there is none to show. */
  readonly token: string;
  /** `gh/acme/web`; null = the job finds out itself. */
  readonly repository: string | null;
  readonly test: TestCommand;
}

/** One CI system. */
export interface Ci {
  readonly label: string;
  /** The file that the snippet is written to; null = it is pasted into a shell, with the token in it. */
  readonly file: string | null;
  /** The name of the variable or secret that holds the token. */
  readonly secret: string | null;
  /** Whole texts by the way of sending. `oidc` is there where the CI gives its jobs identity tokens. */
  readonly ways: { readonly thatch: WriteSnippet } & Readonly<Partial<Record<Way, WriteSnippet>>>;
}

export type WriteSnippet = (facts: SnippetFacts) => string;

const PLAIN_WORD = /^[\w.:/@%+=,~-]+$/;

/** A word of a shell; in single quotes when it holds anything that a shell would read. */
export function shellWord(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A value of YAML, in double quotes when it could be read as anything but a text. */
export function yamlText(text: string): string {
  return /^[A-Za-z][\w./-]*$|^https?:\/\/[\w.:/-]*[\w/]$/.test(text) &&
    !/^(?:true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** A string of Groovy. */
export function groovyText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Moves every line but empty ones to the right. */
export function indent(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}
