/**
 * A path of this interface to go on to, as a query brought it; null for everything else: other hosts (`//evil`, `https://…`, and `/.//evil`,
 * which becomes one when it is resolved), backslashes that browsers read as slashes, control characters (web-ui §7 row 4).
 */
export function localPath(text: unknown): string | null {
  // oxlint-disable-next-line no-control-regex -- those are what is refused
  if (typeof text !== 'string' || !/^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(text)) return null;
  if (!URL.canParse(text, HERE)) return null;
  const { origin, pathname } = new URL(text, HERE);
  return origin !== HERE || pathname.startsWith('//') ? null : text;
}

/** Any origin: what is resolved against it must stay there. */
const HERE = 'http://here.invalid';
