/**
 * The path of the installation's public address, `/thatch` of `https://host/thatch`; empty without one. The configuration was checked:
 * nothing in it needs escaping.
 */
export function prefixOf(address: string | null): string {
  return address === null ? '' : new URL(address).pathname.replace(/\/+$/, '');
}

/** The path and query of a request without the prefix, for proxies that leave it; as they are where it was taken off (web-ui §5). */
export function withoutPrefix(url: string, prefix: string): string {
  if (prefix === '' || !url.startsWith(prefix)) return url;
  const rest = url.slice(prefix.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
}
