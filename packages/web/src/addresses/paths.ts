/**
 * The segments of a path, decoded; `feature%2Fx` is one. A slash at the end is accepted and does not count. Null when the path is not
 * well-formed.
 */
export function splitPath(path: string): readonly string[] | null {
  try {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    while (segments.at(-1) === '') segments.pop();
    return segments;
  } catch {
    return null;
  }
}

/** The path of decoded segments, encoded as addresses are written: groups keep their colons, a ref is one segment (web-ui §1.3). */
export function joinPath(segments: readonly string[]): string {
  return `/${segments.map(encodeSegment).join('/')}`;
}

/** One segment, with the characters that a path may hold left as they are. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:3A|40|24|2B|2C|3B|3D)/g, decodeURIComponent);
}
