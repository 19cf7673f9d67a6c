/** Where a value came from. */
export type Origin =
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly column: number }
  /** `file`: the variable names a file that holds the value. */
  | { readonly kind: 'environment'; readonly name: string; readonly file: string | null }
  /** `--set` on the command line. */
  | { readonly kind: 'override'; readonly key: string }
  | { readonly kind: 'default' };

/** One reason why nothing starts (install-config §3). */
export interface ConfigProblem {
  /** `CFG-…` */
  readonly code: string;
  /** The key, dotted; empty for the file as a whole. */
  readonly key: string;
  /** What is wrong, as the rest of a sentence that begins with the key. Holds values only by {@link showValue}. */
  readonly statement: string;
  readonly origin: Origin | null;
  /** What was expected; empty when the statement says it. */
  readonly expected: string;
  /** What to do, an imperative; empty when the expectation says it. */
  readonly fix: string;
}

/** Something worth a line at the start that stops nothing. */
export interface ConfigNotice {
  /** `CFG-W…` */
  readonly code: string;
  readonly key: string;
  readonly statement: string;
  readonly origin: Origin | null;
}

/** What is never shown of a value. */
export const MASK = '***';

const SECRET_KEY = /secret|token|password|key|pem|dsn|license/i;
const LONGEST_SHOWN = 200;

/** Whether the value of a key is never shown. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** A value as it may be shown: masked for secret keys, without the password of an address, and short. */
export function showValue(key: string, value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (isSecretKey(key)) return MASK;
  if (typeof value === 'string') return JSON.stringify(shorten(maskAddress(value)));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // What is inside may have secrets of its own, under names that are not ours.
  return Array.isArray(value) ? `a list of ${value.length}` : 'a mapping';
}

/** `/config/codecov.yml:21:5`, `env SETUP__ADMINS`, `--set setup.admins`, `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.path}:${origin.line}:${origin.column}`;
    case 'environment':
      return origin.file === null ? `env ${origin.name}` : `${origin.file} (${origin.name})`;
    case 'override':
      return `--set ${origin.key}`;
    case 'default':
      return 'default';
  }
}

/** The text for people: one listing of all problems. Ends with a line feed. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return [`thatch: configuration refused (${count})`, ...problems.map(formatProblem), ''].join('\n');
}

/** The same for machines: one JSON object a line. */
export function formatProblemsAsJson(problems: readonly ConfigProblem[]): string {
  return problems
    .map(({ code, key, statement, origin, expected, fix }) => {
      const place = origin?.kind === 'file' ? { line: origin.line, col: origin.column } : {};
      const source = origin === null ? null : describeOrigin(origin);
      return `${JSON.stringify({ event: 'config_error', code, key, message: sentence(key, statement), source, ...place, expected, hint: fix })}\n`;
    })
    .join('');
}

/** One notice as a line of text, without line feed. */
export function formatNotice({ code, key, statement, origin }: ConfigNotice): string {
  return `${code} ${sentence(key, statement)}${origin === null ? '' : ` · from ${describeOrigin(origin)}`}`;
}

const INDENT = ' '.repeat(10);

function formatProblem({ code, key, statement, origin, expected, fix }: ConfigProblem): string {
  const rest = [
    origin === null ? '' : `from ${describeOrigin(origin)}`,
    expected === '' ? '' : `expected ${expected}`,
    fix,
  ].filter((part) => part !== '');
  const lines = [`  ${code} ${sentence(key, statement)}`];
  if (rest.length > 0) lines.push(INDENT + rest.join(' · '));
  return lines.join('\n');
}

function sentence(key: string, statement: string): string {
  return key === '' ? statement : `${key} ${statement}`;
}

function maskAddress(text: string): string {
  return (
    text
      // Up to the last @ before a blank: passwords hold slashes and question marks when somebody forgot to encode them.
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@]*):\S*@/gi, `$1:${MASK}@`)
      // The same without a scheme.
      .replace(/(^|\s)([^\s:/@]*):(?!\/\/)\S*@/g, `$1$2:${MASK}@`)
      .replace(/([?&;][^=\s&;]*(?:secret|token|password|key)[^=\s&;]*=)\S*/gi, `$1${MASK}`)
  );
}

function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…`;
}
