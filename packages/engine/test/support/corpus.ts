import { join } from 'node:path';
import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';

/** Real reports with what the compatible system was observed to make of them; its README tells origin and licences. */
export const corpusFolder = join(import.meta.dirname, '..', 'corpus');

interface CorpusYaml {
  readonly parsers?: {
    readonly cobertura?: {
      readonly partials_as_hits?: boolean;
      readonly handle_missing_conditions?: boolean;
    };
    readonly jacoco?: { readonly partials_as_hits?: boolean };
    readonly go?: { readonly partials_as_hits?: boolean };
    readonly lcov?: { readonly partials_as_hits?: boolean };
    readonly javascript?: { readonly enable_partials?: boolean };
  };
}

/** The typed settings of the small yaml that an observation was made under. */
export function settingsOf(yaml: unknown): Settings {
  const { parsers = {} } = yaml as CorpusYaml;
  return {
    ...DEFAULT_SETTINGS,
    parsers: {
      ...DEFAULT_SETTINGS.parsers,
      cobertura: {
        partialsAsHits: parsers.cobertura?.partials_as_hits ?? false,
        handleMissingConditions: parsers.cobertura?.handle_missing_conditions ?? false,
      },
      jacoco: { partialsAsHits: parsers.jacoco?.partials_as_hits ?? false },
      go: { partialsAsHits: parsers.go?.partials_as_hits ?? false },
      lcov: { partialsAsHits: parsers.lcov?.partials_as_hits ?? false },
      javascript: { enablePartials: parsers.javascript?.enable_partials ?? false },
    },
  };
}
