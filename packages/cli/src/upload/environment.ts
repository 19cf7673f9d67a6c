/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The first of these variables that is set and not blank, trimmed; null when none is. */
export function firstOf(environment: Environment, ...names: readonly string[]): string | null {
  for (const name of names) {
    const text = environment[name]?.trim();
    if (text !== undefined && text !== '') return text;
  }
  return null;
}

/** Whether every one of these variables is set and not blank. */
export function allSet(environment: Environment, ...names: readonly string[]): boolean {
  return names.every((name) => firstOf(environment, name) !== null);
}
