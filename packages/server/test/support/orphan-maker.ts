import { startEmbeddedPostgres } from '../../src/database/embedded/supervisor.ts';

/*
 * A server that only starts Postgres: prints its process number and dies by the signal that nobody can catch when it is told to, or
 * when its input ends. Arguments: data folder, seconds that an orphan waits.
 */
const [, , dataFolder, graceSeconds] = process.argv;
const started = await startEmbeddedPostgres({
  dataFolder,
  graceSeconds: Number(graceSeconds),
  log: { info: () => {}, warn: () => {} },
});
if (started.kind === 'refused') throw new Error(started.refusal.sentence);
console.log(started.value.pid());
process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL')).resume();
