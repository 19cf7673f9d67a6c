/** One option of `thatch upload`. Both ways of starting it (with the whole of Thatch, or as a single file) read this table. */
export type OptionRow = ValueOption | ListOption | SwitchOption | OptionalValueOption;

interface OptionBase {
  /** Without the dashes. */
  readonly name: string;
  readonly help: string;
}

/** `--url ADDRESS`; given twice, the last one counts. */
export interface ValueOption extends OptionBase {
  readonly kind: 'value';
  readonly value: string;
}

/** `--flag NAME`, as often as you like. */
export interface ListOption extends OptionBase {
  readonly kind: 'list';
  readonly value: string;
}

/** `--quiet`. */
export interface SwitchOption extends OptionBase {
  readonly kind: 'switch';
}

/** `--wait` or `--wait 60`. */
export interface OptionalValueOption extends OptionBase {
  readonly kind: 'optional-value';
  readonly value: string;
  /** What the option means when no value follows. */
  readonly otherwise: string;
}

export const DEFAULT_WAIT_SECONDS = 300;

export const UPLOAD_OPTIONS: readonly OptionRow[] = [
  { kind: 'value', name: 'url', value: 'ADDRESS', help: 'address of the Thatch server (else THATCH_URL, CODECOV_URL)' },
  { kind: 'value', name: 'token', value: 'TOKEN', help: 'upload token (else THATCH_TOKEN, CODECOV_TOKEN)' },
  {
    kind: 'value',
    name: 'repo',
    value: 'SERVICE/OWNER/NAME',
    help: 'repository (else what CI or the git remote says)',
  },
  { kind: 'value', name: 'commit', value: 'SHA', help: 'commit that was tested (else what CI or git says)' },
  { kind: 'value', name: 'branch', value: 'NAME', help: 'its branch' },
  { kind: 'value', name: 'pr', value: 'NUMBER', help: 'its pull request' },
  {
    kind: 'value',
    name: 'base',
    value: 'REVISION',
    help: 'branch or commit to compare with (else origin/HEAD, main, master)',
  },
  { kind: 'list', name: 'flag', value: 'NAME', help: 'flag of this upload; repeat for more' },
  { kind: 'list', name: 'file', value: 'FILE', help: 'a report; nothing else is then looked for; repeat for more' },
  { kind: 'value', name: 'dir', value: 'FOLDER', help: 'clone and folder to search, instead of the current folder' },
  { kind: 'value', name: 'root', value: 'PATH', help: 'cut this from the beginning of every path in the reports' },
  { kind: 'value', name: 'name', value: 'TEXT', help: 'name of this upload' },
  { kind: 'value', name: 'job', value: 'TEXT', help: 'job that made it' },
  { kind: 'value', name: 'build', value: 'TEXT', help: 'build that made it' },
  { kind: 'value', name: 'build-url', value: 'ADDRESS', help: 'page of that build' },
  { kind: 'list', name: 'env', value: 'NAME', help: 'environment variable to show with the upload; repeat for more' },
  {
    kind: 'optional-value',
    name: 'wait',
    value: 'SECONDS',
    otherwise: String(DEFAULT_WAIT_SECONDS),
    help: `wait for the result, ${DEFAULT_WAIT_SECONDS} seconds unless you say otherwise`,
  },
  { kind: 'switch', name: 'wait-optional', help: 'like --wait, but being late is no failure' },
  { kind: 'switch', name: 'no-sources', help: 'send no source text of covered files' },
  { kind: 'switch', name: 'strict', help: 'fail when any part of a report cannot be read' },
  { kind: 'switch', name: 'dry-run', help: 'show what would be sent, and send nothing' },
  { kind: 'switch', name: 'json', help: 'print the result as one JSON object' },
  { kind: 'switch', name: 'quiet', help: 'print warnings and errors only' },
];

/** What was written on the command line: every option of the table, and the words that belong to none. */
export interface RawOptions {
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly switches: ReadonlySet<string>;
  readonly words: readonly string[];
}

/** The options, checked. Null is "not given". */
export interface UploadOptions {
  readonly url: string | null;
  readonly token: string | null;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly pull: number | null;
  readonly base: string | null;
  readonly flags: readonly string[];
  /** Empty: look for reports. */
  readonly files: readonly string[];
  readonly folder: string | null;
  readonly root: string | null;
  readonly name: string | null;
  readonly job: string | null;
  readonly build: string | null;
  readonly buildUrl: string | null;
  readonly environmentNames: readonly string[];
  /** Null: do not wait. */
  readonly waitSeconds: number | null;
  readonly isLateAllowed: boolean;
  readonly sendsSources: boolean;
  readonly isStrict: boolean;
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
}

export type OptionsResult =
  | { readonly ok: true; readonly options: UploadOptions }
  | { readonly ok: false; readonly message: string };

const LONGEST_WAIT_SECONDS = 24 * 60 * 60;

/** Checks what was written. A wrong value is named with its option and what it should look like. */
export function checkOptions(raw: RawOptions): OptionsResult {
  const text = (name: string): string | null => raw.values.get(name)?.trim() || null;
  const list = (name: string): readonly string[] => raw.lists.get(name) ?? [];

  const commit = text('commit')?.toLowerCase() ?? null;
  if (commit !== null && !/^[0-9a-f]{7,64}$/.test(commit)) {
    return wrong('commit', commit, 'the hexadecimal digits of a commit, 7 to 64 of them');
  }
  const pull = text('pr');
  if (pull !== null && !/^[1-9]\d{0,14}$/.test(pull)) return wrong('pr', pull, 'a number');
  const isLateAllowed = raw.switches.has('wait-optional');
  const wait = text('wait') ?? (isLateAllowed ? String(DEFAULT_WAIT_SECONDS) : null);
  if (wait !== null && (!/^\d{1,6}$/.test(wait) || Number(wait) > LONGEST_WAIT_SECONDS)) {
    return wrong('wait', wait, `a number of seconds, at most ${LONGEST_WAIT_SECONDS}`);
  }
  const buildUrl = text('build-url');
  if (buildUrl !== null && !/^https?:\/\/\S{1,1990}$/.test(buildUrl))
    return wrong('build-url', buildUrl, 'a web address');
  // A comma would split it on the server.
  const flags = list('flag')
    .flatMap((flag) => flag.split(','))
    .map((flag) => flag.trim())
    .filter((flag) => flag !== '');
  const environmentNames = list('env')
    .flatMap((name) => name.split(','))
    .map((name) => name.trim());
  const oddName = environmentNames.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (oddName !== undefined) return wrong('env', oddName, 'the name of a variable');

  return {
    ok: true,
    options: {
      url: text('url'),
      token: text('token'),
      repository: text('repo'),
      commit,
      branch: text('branch'),
      pull: pull === null ? null : Number(pull),
      base: text('base'),
      flags,
      files: [...list('file'), ...raw.words],
      folder: text('dir'),
      root: text('root'),
      name: text('name'),
      job: text('job'),
      build: text('build'),
      buildUrl,
      environmentNames,
      waitSeconds: wait === null ? null : Number(wait),
      isLateAllowed,
      sendsSources: !raw.switches.has('no-sources'),
      isStrict: raw.switches.has('strict'),
      isDryRun: raw.switches.has('dry-run'),
      isJson: raw.switches.has('json'),
      isQuiet: raw.switches.has('quiet'),
    },
  };
}

function wrong(option: string, value: string, expected: string): OptionsResult {
  return { ok: false, message: `--${option} wants ${expected}, not "${value}"` };
}
