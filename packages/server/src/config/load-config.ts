import type { Role } from './build.ts';
import { buildConfig, splitDatabaseUrl } from './build.ts';
import { checkValues } from './check.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment-source.ts';
import { readEnvironment } from './environment-source.ts';
import type { Gathered } from './gather.ts';
import { gather } from './gather.ts';
import { KEYS, PROVIDER_SECTIONS } from './keys.ts';
import type { KeyName, Values } from './keys.ts';
import { readOverrides } from './override-source.ts';
import type { ConfigNotice, ConfigProblem, Origin } from './problem.ts';
import type { Reading } from './entries.ts';

/** Where to look. */
export interface LoadConfigOptions {
  /** `--config PATH`; without it `CODECOV_YML`, else the default file where there is one. */
  readonly path?: string;
  readonly environment: Environment;
  /** Each `a.b.c=value` of `--set`. */
  readonly overrides?: readonly string[];
  readonly role: Role;
  /** Unknown keys are problems, not notices. */
  readonly strict?: boolean;
}

/** A configuration that may be started with. */
export interface LoadedConfig {
  readonly kind: 'ok';
  readonly config: Config;
  /** What was configured, by key; the rest are defaults. */
  readonly values: Values;
  /** Where each configured value came from. */
  readonly origins: ReadonlyMap<KeyName, Origin>;
  readonly notices: readonly ConfigNotice[];
}

/** The answer of {@link loadConfig}: a refusal lists every problem, and ends with exit status 78. */
export type LoadConfigOutcome =
  | LoadedConfig
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

/** The file of an image (install-config §1). */
export const DEFAULT_PATH = '/config/codecov.yml';

/**
 * Reads the configuration of the installation: defaults, then the YAML file, the environment and `--set`, each over the one before
 * (install-config §1). Only values that hold are checked, so that a variable may repair a template's placeholder. Reads files, changes nothing.
 *
 * @example
 * const loaded = await loadConfig({ environment: process.env, role: 'serve' });
 * if (loaded.kind === 'refused') process.stderr.write(formatProblems(loaded.problems));
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadConfigOutcome> {
  const { environment, overrides = [], role, strict = false } = options;
  const readings = [await readFile(options), readEnvironment(environment), readOverrides(overrides)];
  const gathered = gather(readings, { environment, isStrict: strict });
  const { values, problems: wrong } = checkValues(gathered.candidates);
  const problems = [...gathered.problems, ...wrong, ...checkTogether(values, gathered)];
  if (problems.length > 0) return { kind: 'refused', problems };
  const origins = new Map([...gathered.candidates].map(([key, { origin }]) => [key, origin]));
  const config = buildConfig(values, { role, hasProvider: hasProvider(readings) });
  return {
    kind: 'ok',
    config,
    values,
    origins,
    notices: [...gathered.notices, ...mappings(gathered), ...slashes(gathered)],
  };
}

// The parser is only loaded when there is a file.
async function readFile({ path, environment }: LoadConfigOptions): Promise<Reading> {
  const explicit = path ?? (environment['CODECOV_YML'] === '' ? undefined : environment['CODECOV_YML']);
  const { existsSync } = await import('node:fs');
  if (explicit === undefined && !existsSync(DEFAULT_PATH)) return { entries: [], problems: [], notices: [] };
  const { readYamlFile } = await import('./yaml-source.ts');
  return readYamlFile(explicit ?? DEFAULT_PATH, explicit !== undefined);
}

/** Rules about more than one key. */
function checkTogether(values: Values, { candidates }: Gathered): ConfigProblem[] {
  const whole = values['services.database_url'];
  const split = splitDatabaseUrl(values);
  if (whole === undefined || split === null || whole === split) return [];
  const origin = candidates.get('services.database_url')?.origin ?? null;
  const fix = 'remove one of the two';
  return [
    {
      code: 'CFG-113',
      key: 'services.database_url',
      statement: 'and services.database.* name different databases',
      origin,
      expected: '',
      fix,
    },
  ];
}

/** Keys whose meaning another key carries (verdict M). */
const MAPPED: readonly (readonly [KeyName, string])[] = [
  ['setup.cookie_secret', 'setup.http.cookie_secret'],
  ['setup.debug', 'setup.loglvl: debug'],
  ['setup.expire_user_cookies_days', 'thatch.sessions.max_age_days'],
];

function mappings({ candidates }: Gathered): ConfigNotice[] {
  return MAPPED.flatMap(([key, effective]) => {
    const origin = candidates.get(key)?.origin;
    return origin === undefined ? [] : [{ code: 'CFG-W01', key, statement: `is read as ${effective}`, origin }];
  });
}

function slashes({ candidates }: Gathered): ConfigNotice[] {
  return ADDRESSES.flatMap((key) => {
    const candidate = candidates.get(key);
    if (typeof candidate?.value !== 'string' || !candidate.value.endsWith('/')) return [];
    return [{ code: 'CFG-W04', key, statement: 'is used without its final slash', origin: candidate.origin }];
  });
}

const ADDRESSES = [
  'setup.codecov_url',
  'setup.codecov_api_url',
  'setup.codecov_dashboard_url',
] as const satisfies readonly (keyof typeof KEYS)[];

/** Whether some provider section says more than an upload token. */
function hasProvider(readings: readonly Reading[]): boolean {
  return readings.some(({ entries }) =>
    entries.some(({ path, value }) => PROVIDER_SECTIONS.some((section) => setsUp(section.split('.'), path, value))),
  );
}

function setsUp(section: readonly string[], path: readonly string[], value: unknown): boolean {
  const shared = Math.min(section.length, path.length);
  if (section.slice(0, shared).some((name, index) => name !== path[index])) return false;
  if (path.length > section.length) return value !== '' && isSetting(path[section.length]);
  let found: unknown = value;
  for (const name of section.slice(path.length))
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  return (
    typeof found === 'object' &&
    found !== null &&
    Object.entries(found).some(([name, below]) => below !== null && isSetting(name))
  );
}

function isSetting(name: string): boolean {
  return !name.startsWith('global_upload_token') && !name.endsWith('enabled');
}
