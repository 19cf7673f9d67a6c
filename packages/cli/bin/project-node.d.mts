/** Whether a Node version, this process's unless said, is new enough to run the sources itself. */
export function isProjectNode(version?: string): boolean;

/** The project's own Node, or one sentence that says why there is none and what to do. */
export function findProjectNode(
  platform?: string,
): { path: string; missing?: undefined } | { path?: undefined; missing: string };

/** Runs a program under the project's Node and ends as it ended. Never returns to its caller's end. */
export function runUnderProjectNode(programArguments: readonly string[], environment?: NodeJS.ProcessEnv): void;
