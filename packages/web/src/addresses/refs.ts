/*
 * A branch may hold slashes; in an address it is one segment, its slashes encoded (web-ui §1.3). The router decodes addresses as a whole
 * and would lose which slash was encoded, so inside it such a slash is a character of its own, which no sane name holds.
 */
const INSIDE = '\uE02F';
const INSIDE_ENCODED = encodeURIComponent(INSIDE);

/** Between the browser's address and the router's. */
export const slashRewrite = {
  input: ({ url }: { readonly url: URL }): URL => {
    url.pathname = url.pathname.replaceAll(/%2F/gi, INSIDE_ENCODED);
    return url;
  },
  output: ({ url }: { readonly url: URL }): URL => {
    url.pathname = url.pathname.replaceAll(INSIDE_ENCODED, '%2F');
    return url;
  },
};

/** The value of a route's `$ref` or `$branch` for a name: `feature/x` is written `feature%2Fx` in the address. */
export function writeRef(name: string): string {
  return name.replaceAll('/', INSIDE);
}

/** The name in a route's `$ref`, `$branch` or rest of a path. */
export function readRef(parameter: string): string {
  return parameter.replaceAll(INSIDE, '/');
}
