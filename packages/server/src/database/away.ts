/** SQL states of a server that starts, stops, takes no more connections or lost one, and what a socket says when nobody listens. */
const CODES: ReadonlySet<string> = new Set([
  ...['57P01', '57P02', '57P03', '53300', '08000', '08001', '08003', '08004', '08006'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
]);

/** Words of the driver, which has no codes for what it notices itself. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect)/;

/** Whether an error says that the database does not answer at this moment, rather than that a statement is wrong: worth another try. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A socket in a folder that is not there (yet).
  if (code === 'ENOENT') return syscall === 'connect';
  return (code !== undefined && CODES.has(code)) || WORDS.test(error.message);
}
