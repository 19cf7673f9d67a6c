/** The format of the log when none was chosen: `pretty` for a person at a terminal. */
export function defaultLogFormat(): 'json' | 'pretty' {
  return process.stdout.isTTY === true ? 'pretty' : 'json';
}
