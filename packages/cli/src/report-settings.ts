import { DEFAULT_SETTINGS, type Settings } from '@thatch/engine';

type Change = (settings: Settings, value: boolean) => Settings;

/** The switches of report-formats §2.6 and §8 that `--set` knows, by their name in a repository's yaml. */
const SWITCHES: Readonly<Record<string, Change>> = {
  'parsers.cobertura.partials_as_hits': (settings, value) =>
    withParser(settings, 'cobertura', { partialsAsHits: value }),
  'parsers.cobertura.handle_missing_conditions': (settings, value) =>
    withParser(settings, 'cobertura', { handleMissingConditions: value }),
  'parsers.jacoco.partials_as_hits': (settings, value) => withParser(settings, 'jacoco', { partialsAsHits: value }),
  'parsers.go.partials_as_hits': (settings, value) => withParser(settings, 'go', { partialsAsHits: value }),
  'parsers.lcov.partials_as_hits': (settings, value) => withParser(settings, 'lcov', { partialsAsHits: value }),
  'parsers.javascript.enable_partials': (settings, value) =>
    withParser(settings, 'javascript', { enablePartials: value }),
  'parsers.clover.istanbul_conditions': (settings, value) =>
    withParser(settings, 'clover', { istanbulConditions: value }),
  'codecov.disable_default_path_fixes': (settings, value) => ({
    ...settings,
    paths: { ...settings.paths, disableDefaultFixes: value },
  }),
};

/** What became of the `--set` options. */
export type SettingsRead =
  | { readonly kind: 'ok'; readonly settings: Settings }
  | { readonly kind: 'wrong'; readonly message: string };

/** Settings from `name=value` texts, over the defaults; reports never expire here. */
export function readSettings(assignments: readonly string[]): SettingsRead {
  let settings = DEFAULT_SETTINGS;
  for (const assignment of assignments) {
    const equals = assignment.indexOf('=');
    const name = assignment.slice(0, Math.max(0, equals));
    const value = assignment.slice(equals + 1);
    if (name === 'parsers.compat' && (value === 'codecov' || value === 'strict')) {
      settings = withCompat(settings, value);
      continue;
    }
    const change = SWITCHES[name];
    if (change === undefined || (value !== 'true' && value !== 'false')) return wrong(assignment);
    settings = change(settings, value === 'true');
  }
  return { kind: 'ok', settings };
}

function withCompat(settings: Settings, compat: Settings['compat']): Settings {
  return { ...settings, compat };
}

function wrong(assignment: string): SettingsRead {
  const known = [...Object.keys(SWITCHES).map((name) => `${name}=true|false`), 'parsers.compat=codecov|strict'];
  return { kind: 'wrong', message: `--set ${assignment} is not known here. Known are:\n  ${known.join('\n  ')}` };
}

function withParser<Name extends keyof Settings['parsers']>(
  settings: Settings,
  name: Name,
  changes: Partial<Settings['parsers'][Name]>,
): Settings {
  return { ...settings, parsers: { ...settings.parsers, [name]: { ...settings.parsers[name], ...changes } } };
}
