import { createRouter } from '@tanstack/react-router';
import { readSearch, writeSearch } from './addresses/search.ts';
import { PREFIX } from './addresses/prefix.ts';
import { slashRewrite } from './addresses/refs.ts';
import { PageError } from './frame/PageError.tsx';
import { NotFoundPage } from './pages/not-found/NotFoundPage.tsx';
import { routeTree } from './routes.tsx';

/** Where a link is only passed, nothing is loaded for it (web-ui §4.2). */
const PRELOAD_DELAY_MS = 65;

/** The router of the interface; its routes are the list in `routes.tsx`. */
export const router = createRouter({
  routeTree,
  basepath: PREFIX === '' ? '/' : PREFIX,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  rewrite: slashRewrite,
  // Groups of GitLab are joined by colons, which an address may hold as they are.
  pathParamsAllowedCharacters: [':', '@', '+', '$', ',', ';', '='],
  defaultPreload: 'intent',
  defaultPreloadDelay: PRELOAD_DELAY_MS,
  // What is fresh enough is known to the queries, not to the router.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingMs: 150,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
