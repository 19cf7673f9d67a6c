import { readFileSync } from 'node:fs';
import { postgresOf } from '../e2e/support/processes.ts';

/** Clock ticks of `/proc` a second, the same on every Linux of today. */
const TICKS_PER_SECOND = 100;

/** Processor time, in milliseconds. */
export interface ProcessorTime {
  readonly server: number;
  readonly postgres: number;
}

/** What a server and its Postgres have used so far, all threads and backends, those included that have ended. */
export function processorTimeOf(serverPid: number, dataFolder: string): ProcessorTime {
  const postgres = postgresOf(dataFolder).map(timesOf);
  return { server: timesOf(serverPid).own, postgres: sum(postgres.map(({ own, ended }) => own + ended)) };
}

/** The most memory that a process ever held at once (`VmHWM`), in bytes. */
export function peakMemoryOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (line === null) throw new Error(`/proc/${pid}/status tells no peak`);
  return Number(line[1]) * 1024;
}

function timesOf(pid: number): { readonly own: number; readonly ended: number } {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Ended since it was listed: its parent has its time now.
    return { own: 0, ended: 0 };
  }
  // The name in parentheses may hold blanks: fields are counted from its end. utime, stime, then those of children that ended.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const milliseconds = (first: number) => ((fields[first] + fields[first + 1]) * 1000) / TICKS_PER_SECOND;
  return { own: milliseconds(11), ended: milliseconds(13) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
