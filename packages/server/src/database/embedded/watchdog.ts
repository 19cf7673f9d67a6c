import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** A small process that stops Postgres when its server died and no other took it over. */
export interface Watchdog {
  /** Ends the watch: Postgres is stopped, or somebody else's now. */
  readonly release: () => void;
}

/** How long an orphaned Postgres waits for a new server. It stops by itself well within 60 s (issue 3, decision 3). */
const GRACE_SECONDS = 30;

/** How long it may take to stop before it is told to stop at once. */
const STOP_SECONDS = 20;

/** A watcher that was killed is replaced after this pause. */
const RESPAWN_MS = 1000;

// Its standard input is a pipe whose other end only the server holds: the kernel closes it at the server's death, whatever the cause,
// so nothing is polled and no process number is trusted. A shell and not Node: it waits in 1 MB instead of 40.
const SCRIPT = `
cluster=$1 pid=$2 owner_file=$3 token=$4 grace=$5
if read -r word && [ "$word" = released ]; then exit 0; fi
is_ours() {
  [ "$(cat "$owner_file" 2>/dev/null)" = "$token" ] || return 1
  read -r current 2>/dev/null < "$cluster/postmaster.pid" || return 1
  [ "$current" = "$pid" ] || return 1
  if [ -e /proc/self ]; then [ "$(readlink "/proc/$pid/cwd")" = "$cluster" ]
  else ps -o command= -p "$pid" | grep -qF -- "$cluster"; fi
}
while is_ours && [ "$grace" -gt 0 ]; do sleep 1; grace=$((grace - 1)); done
is_ours || exit 0
kill -INT "$pid"
sleep ${STOP_SECONDS}
is_ours && kill -QUIT "$pid"
exit 0
`;

/**
 * Starts the watch over a running Postgres. The watchers of earlier servers stand down: each kills only while the token in
 * the file `<cluster>.owner` is its own.
 *
 * @param cluster absolute path without links
 * @param graceSeconds how long an orphan waits for a new server
 */
export function startWatchdog(cluster: string, postmasterPid: number, graceSeconds = GRACE_SECONDS): Watchdog {
  const ownerFile = `${cluster}.owner`;
  const token = randomUUID();
  writeFileSync(ownerFile, token, { mode: 0o600 });

  let released = false;
  let child = spawnWatcher();
  function spawnWatcher(): ReturnType<typeof spawn> {
    const watcher = spawn(
      '/bin/sh',
      ['-c', SCRIPT, 'thatch-watchdog', cluster, String(postmasterPid), ownerFile, token, String(graceSeconds)],
      {
        cwd: '/',
        detached: true,
        env: { PATH: process.env['PATH'] },
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
    // Neither keeps the server's event loop alive.
    watcher.unref();
    (watcher.stdin as Socket).unref();
    watcher.stdin?.on('error', () => {});
    watcher.on('error', () => {});
    watcher.once('exit', () => {
      setTimeout(() => {
        if (!released) child = spawnWatcher();
      }, RESPAWN_MS).unref();
    });
    return watcher;
  }
  return {
    release: () => {
      if (released) return;
      released = true;
      child.stdin?.end('released\n');
    },
  };
}
