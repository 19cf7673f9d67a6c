import manifest from '../package.json' with { type: 'json' };

/** The version of this program, `major.minor.patch`. */
export const PROGRAM_VERSION: string = manifest.version;

/**
 * Orders two versions as `major.minor.patch` numbers; a pre-release suffix is not looked at.
 * Negative: `left` is older; 0: equal; positive: `left` is newer. What is no version counts as 0.0.0.
 */
export function compareVersions(left: string, right: string): number {
  const leftNumbers = numbersOf(left);
  const rightNumbers = numbersOf(right);
  for (let index = 0; index < 3; index++) {
    const difference = leftNumbers[index] - rightNumbers[index];
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})/.exec(version);
  return match === null ? [0, 0, 0] : match.slice(1).map(Number);
}
