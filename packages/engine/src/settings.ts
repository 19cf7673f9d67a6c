/**
 * Everything that changes what a report means, as typed values. The repository's yaml is turned into this elsewhere; the
 * engine never reads yaml.
 */
export interface Settings {
  /** report-formats §8: `codecov` keeps every compatible oddity, `strict` turns on the better readings. */
  readonly compat: 'codecov' | 'strict';
  readonly parsers: ParserSettings;
  readonly paths: PathSettings;
  /** Age in seconds above which a report is refused (report-formats §2.5); null = never. Needs `now`. */
  readonly maxReportAge: number | null;
  /** The host's clock in epoch seconds: the engine has none. */
  readonly now: number;
}

/** `parsers.*` of the repository yaml; report-formats §2.6. */
export interface ParserSettings {
  readonly cobertura: {
    readonly partialsAsHits: boolean;
    readonly handleMissingConditions: boolean;
  };
  readonly jacoco: { readonly partialsAsHits: boolean };
  readonly go: { readonly partialsAsHits: boolean };
  readonly lcov: { readonly partialsAsHits: boolean };
  readonly gcov: {
    readonly conditional: boolean;
    readonly loop: boolean;
    readonly method: boolean;
    readonly macro: boolean;
  };
  readonly javascript: { readonly enablePartials: boolean };
  readonly clover: { readonly istanbulConditions: boolean };
}

/** What paths of a report become; report-model §7. Rules and patterns are as written in the yaml. */
export interface PathSettings {
  /** `before::after` rules in order. */
  readonly fixes: readonly string[];
  /** Global `ignore` patterns. */
  readonly ignore: readonly string[];
  /** `paths` and `ignore` of the flags of the upload. */
  readonly flags: readonly {
    readonly paths: readonly string[];
    readonly ignore: readonly string[];
  }[];
  readonly disableDefaultFixes: boolean;
  /** Text cut from the start of every path of the report, and put before it (upload-protocol §8.1 `root`, `prefix`). */
  readonly root: string;
  readonly prefix: string;
}

/** The defaults of every setting: parity with the compatible system, no path rules, no expiry. */
export const DEFAULT_SETTINGS: Settings = {
  compat: 'codecov',
  parsers: {
    cobertura: { partialsAsHits: false, handleMissingConditions: false },
    jacoco: { partialsAsHits: false },
    go: { partialsAsHits: false },
    lcov: { partialsAsHits: false },
    gcov: { conditional: false, loop: false, method: false, macro: false },
    javascript: { enablePartials: false },
    clover: { istanbulConditions: false },
  },
  paths: { fixes: [], ignore: [], flags: [], disableDefaultFixes: false, root: '', prefix: '' },
  maxReportAge: null,
  now: 0,
};
