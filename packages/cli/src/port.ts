import { InvalidArgumentError } from 'commander';

/** Reads a port for commander; its error names what a port is. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
