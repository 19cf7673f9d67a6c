import type { Command } from 'commander';

/** One line of the list of commands in `main.ts`. */
export interface CommandEntry {
  readonly name: string;
  /** What the command does, in the list that `--help` prints. */
  readonly summary: string;
  /** Loads the module that adds options, help and action. */
  readonly load: () => Promise<DefineCommand>;
}

/** Adds options, help and action to an empty command. */
export type DefineCommand = (command: Command) => void;
