import { serviceOf } from './services.ts';

/** First segments that are never pages, whoever asks (web-ui §1.2). */
const NOT_PAGES = new Set([
  ...[
    'api',
    'graphql',
    'upload',
    'webhooks',
    'staticanalysis',
    'labels',
    'storage',
    'schema',
    'mcp',
    'internal',
    'assets',
    'cli',
  ],
  ...['health', 'livez', 'readyz', 'startupz', 'metrics', 'favicon.ico', 'robots.txt'],
]);

/** Images beside a repository's pages (public-api §3.1). */
const IMAGES = new Set(['badge.svg', 'coverage.svg']);
const GRAPHS = new Set(['graph', 'graphs']);

/** Whether an address can never be a page: of a program, an image, a file. Segments are decoded. */
export function isNotPage(segments: readonly string[]): boolean {
  const [first, , , tab, , below, ...rest] = segments;
  if (first === undefined) return false;
  const name = first.toLowerCase();
  if (NOT_PAGES.has(name) || name.startsWith('validate')) return true;
  if (serviceOf(first) === null || tab === undefined) return false;
  if (GRAPHS.has(tab) || IMAGES.has(tab)) return true;
  // A branch with slashes may stand before it.
  if (GRAPHS.has(segments.at(-2) ?? '') && segments.at(-1)!.startsWith('badge.')) return true;
  // Below the page of a commit, `graphs` alone is an old tab.
  return GRAPHED.has(tab) && GRAPHS.has(below ?? '') && rest.length > 0;
}

/** Tabs whose things have graphs of their own. */
const GRAPHED = new Set(['branch', 'commit', 'pull']);
