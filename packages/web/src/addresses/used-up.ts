const USED_UP = new Set(['src', 'el', 'remove_pathrefix', 'setup_action']);

/**
 * A query without what links of forges and bots carry and no page keeps (web-ui §1.3): what is left, with its question mark; the same text
 * when nothing goes.
 */
export function withoutUsedUp(search: string): string {
  const query = new URLSearchParams(search);
  const gone = [...query.keys()].filter((name) => USED_UP.has(name) || name.startsWith('utm_'));
  if (gone.length === 0) return search;
  for (const name of gone) query.delete(name);
  const left = query.toString();
  return left === '' ? '' : `?${left}`;
}
