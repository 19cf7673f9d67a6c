import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isNotPage, pageModules, splitPath } from '@thatch/web/addresses';
import type { App } from '../app.ts';
import type { Asset, BuiltInterface } from '../pages/built.ts';
import { OpenReports } from '../reports/open-reports.ts';
import { makeThrottle } from './api/throttle.ts';
import { forwardPage, type Forwarded, type ForwardingContext, type PageForwardingContext } from './forwarding.ts';
import { homePage } from './home.ts';
import { identify } from './identify.ts';
import { plainPage, sendPage } from './plain-page.ts';
import { prefixOf } from './prefix.ts';
import { describeSetup } from './ui/setup.ts';
import { requestOrigin } from './upload/address.ts';

/** The pages of the interface: its files below `/assets/`, and the one document that every page begins with (web-ui §1.2). */
export async function pageRoutes(fastify: FastifyInstance, app: App): Promise<void> {
  const prefix = prefixOf(app.config.setup.codecovUrl);
  const throttle = makeThrottle(app.config.limits.apiRpm);
  const context: PageForwardingContext = { app, reports: new OpenReports(app.objects), throttle };
  fastify.addHook('onClose', async () => context.reports.close());
  fastify.get('/assets/:name', { config: { isProbe: true } }, async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const { state } = app.pages;
    const asset = state.kind === 'ready' ? state.built.assets.get(name) : undefined;
    return asset === undefined ? reply.callNotFound() : sendAsset(request, reply, asset);
  });
  for (const path of PAGES) {
    fastify.get(path, { config: { isProbe: true } }, async (request, reply) => {
      if (!acceptsPage(request, ['text/html', '*/*'])) return reply.callNotFound();
      const forwarded = await forwardQuietly(context, request);
      if (forwarded !== null) {
        // Whether one leads on may depend on who asks.
        return reply
          .headers({ 'cache-control': 'private, no-cache', vary: 'Accept, Authorization, Cookie' })
          .redirect(prefix + forwarded.to, forwarded.status);
      }
      const isForPerson = acceptsPage(request, ['text/html']);
      if (!isForPerson && !PROBED.has(request.url.split('?', 1)[0])) return reply.callNotFound();
      const { state } = app.pages;
      if (state.kind === 'ready') {
        return sendDocument(reply.code(await statusOf(context, request)), state.built, { prefix, url: request.url });
      }
      if (state.kind === 'building' && isForPerson)
        return sendPage(reply.header('retry-after', '2'), 503, BUILDING_PAGE);
      return sendPage(reply, 200, homePage(requestOrigin(request)));
    });
  }
}

/** First segments that are pages; whatever begins with another short segment and has two more is of a repository. */
const PAGES = ['/', '/:first', '/:first/:second', '/:first/:second/*'];

/** Asked by monitors too, which accept anything and want to know that the server serves (deployment §1). */
const PROBED = new Set(['/', '/login']);

/**
 * Whether a request may be for a page, by its address and by what it accepts. Programs that accept anything are told of a new address,
 * but get no document for an answer (web-ui §1.2).
 */
function acceptsPage(request: FastifyRequest, types: readonly string[]): boolean {
  const accepted = request.headers.accept ?? '*/*';
  if (!types.some((type) => accepted.includes(type))) return false;
  const segments = splitPath(request.url.split('?', 1)[0]);
  return segments !== null && !isNotPage(segments);
}

/** A page is shown although the database does not answer: it says so itself, and comes back. */
async function forwardQuietly(context: PageForwardingContext, request: FastifyRequest): Promise<Forwarded | null> {
  try {
    return await forwardPage(context, request);
  } catch (error) {
    request.log.warn({ err: error }, 'an address could not be looked up');
    return null;
  }
}

/** The document is the same for everybody, whatever there is (decision 8 of the pages); only the first run is over when it is over. */
async function statusOf({ app }: ForwardingContext, request: FastifyRequest): Promise<200 | 404> {
  if (splitPath(request.url.split('?', 1)[0])?.join('/').toLowerCase() !== 'setup') return 200;
  try {
    const known = await identify(app, request);
    const principal = known.kind === 'principal' ? known.principal : ({ kind: 'anonymous' } as const);
    return (await describeSetup({ app, request, principal })) === null ? 404 : 200;
  } catch (error) {
    request.log.warn({ err: error }, 'the state of the first run was not read');
    return 200;
  }
}

/** A year: names of assets change with their content. */
const FOREVER = 'public, max-age=31536000, immutable';

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  void reply
    .type(asset.type)
    .header('cache-control', FOREVER)
    .header('x-content-type-options', 'nosniff')
    .header('vary', 'Accept-Encoding')
    // Workers take the policy of their own file.
    .header('content-security-policy', POLICY);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (asset.brotli !== null && /\bbr\b/.test(accepted))
    return reply.header('content-encoding', 'br').send(asset.brotli);
  if (asset.gzip !== null && /\bgzip\b/.test(accepted))
    return reply.header('content-encoding', 'gzip').send(asset.gzip);
  return reply.send(asset.plain);
}

/** web-ui §5. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const DOCUMENT_HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': '',
  'cache-control': 'no-cache',
};

function sendDocument(
  reply: FastifyReply,
  { html, build, preloads }: BuiltInterface,
  { prefix, url }: { readonly prefix: string; readonly url: string },
): FastifyReply {
  const modules = pageModules(splitPath(url.split('?', 1)[0]) ?? []);
  const elements = new Set(modules.flatMap((name) => preloads.get(name) ?? []));
  return reply
    .headers(DOCUMENT_HEADERS)
    .type('text/html; charset=utf-8')
    .send(
      html
        .replace('</head>', () => `${[...elements].join('\n')}</head>`)
        .replaceAll('"./', () => `"${prefix}/`)
        .replace('name="thatch-prefix" content=""', () => `name="thatch-prefix" content="${prefix}"`)
        .replace('name="thatch-build" content=""', () => `name="thatch-build" content="${build}"`),
    );
}

const BUILDING_PAGE = plainPage(
  'Building the interface · Thatch',
  `<meta http-equiv="refresh" content="2">
<p class="lead">Building the interface.</p>
<p class="note">It takes a few seconds after an update; this page comes back by itself. Reports are taken meanwhile.</p>`,
);
