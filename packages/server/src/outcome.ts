/** Why something that was asked for is not done. Shown to a person: every refusal says what to do about it. */
export interface Refusal {
  /** What is wrong, one sentence without a final period is enough. */
  readonly sentence: string;
  /** What to do, one sentence. */
  readonly fix: string;
  /** Exit status for the shell when a command ends on it. */
  readonly exitStatus: number;
}

/** What an operation gives that may be refused for an expected reason. */
export type Outcome<T> = { readonly kind: 'ok'; readonly value: T } | Refused;

/** The refused half of an {@link Outcome}. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
}

/** sysexits.h EX_CONFIG: starting again changes nothing before somebody changes the machine or the configuration. */
export const EXIT_CONFIGURATION = 78;

/** Something is in the way now and may be gone later: a running server, a taken port. */
export const EXIT_IN_THE_WAY = 1;

/** What was asked for names something that is not there. */
export const EXIT_NOT_FOUND = 2;

/** The happy half of an {@link Outcome}. */
export function ok<T>(value: T): Outcome<T> {
  return { kind: 'ok', value };
}

/** The other half; `exitStatus` is {@link EXIT_CONFIGURATION} unless said. */
export function refused(sentence: string, fix: string, exitStatus: number = EXIT_CONFIGURATION): Refused {
  return { kind: 'refused', refusal: { sentence, fix, exitStatus } };
}

/** The text that goes to standard error. */
export function formatRefusal(refusal: Refusal): string {
  return `thatch: ${refusal.sentence}\n        ${refusal.fix}\n`;
}
