import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { coveragepy } from './coveragepy.ts';
import { custom } from './custom.ts';
import type { Format } from './format.ts';
import { go } from './go.ts';
import { istanbul } from './istanbul.ts';
import { jacoco } from './jacoco.ts';
import { lcov } from './lcov.ts';
import { simplecov } from './simplecov.ts';

/**
 * All report formats in the order in which they are tried within a container kind (report-formats §2.3). The first that
 * recognises a file reads it; there is no second try.
 */
export const FORMATS: readonly Format[] = [
  // XML
  clover,
  jacoco,
  cobertura,
  // Text
  lcov,
  go,
  // JSON; Istanbul takes whatever is left
  custom,
  simplecov,
  coveragepy,
  istanbul,
];

/** The format of a name, as given by `format=` of an upload. */
export function formatNamed(name: string): Format | null {
  return FORMATS.find((format) => format.name === name) ?? null;
}
